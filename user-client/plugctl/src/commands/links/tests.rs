//! How values of the library are shown, and what comes of links that answer what a test says.

mod fake;

use insta::assert_snapshot;
use plug61883::links::{
    AudioDeviceKind, AudioFlow, AudioState, Call, ConnectorInfo, ConnectorKind, DeviceList,
    DeviceNode, Family, FireWire, HResult, Link, LinkCode, LinkError, LinkErrorKind,
    NetConnectionInfo, NetMedia, NetState, Problem, Selection, Survey, Win32,
};
use plug61883::{Access, Asked, Error, ErrorKind};

use fake::{Fake, answer, belongs_to};

use super::{audio, disconnect, machine, net, router, teardown};
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// How a command ended and what it wrote, for people, then as JSON.
fn both(run: impl Fn(&mut Output<'_>) -> Result<Exit, Failure>) -> String {
    let mut text = String::new();
    for json in [false, true] {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut output = Output::new(&mut out, &mut err);
        output.json = json;
        let exit = run(&mut output).unwrap_or_else(|failure| {
            output.failure(&failure);
            failure.exit()
        });
        let part = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (part(out), part(err));
        if json {
            assert_eq!((out.lines().count(), &*err), (1, ""), "{out}{err}");
            crate::tests::schema::check("--json", &out);
            let document: serde_json::Value = serde_json::from_str(&out).unwrap();
            text.push_str(&serde_json::to_string_pretty(&document).unwrap());
            text.push('\n');
        } else {
            text.push_str(&format!("{out}--- stderr\n{err}--- {exit:?}\n"));
        }
    }
    text
}

#[test]
fn devices_of_a_machine() {
    let device = |instance: &str, status, problem| {
        let mut device = DeviceNode::default();
        device.instance = instance.to_owned();
        device.hardware_ids = vec![r"1394\A02D&10001".to_owned()];
        device.description = "AV/C tape".to_owned();
        (device.class, device.service) = ("61883".to_owned(), "61883".to_owned());
        (device.status, device.problem) = (status, Problem(problem));
        device
    };
    let mut list = DeviceList::default();
    assert_snapshot!(
        "machine_none",
        both(|output| Ok(machine::show(None, &list, output)))
    );
    list.devices = vec![
        device(r"1394\SIM&UNIT\1", 0x0180_200A, 0),
        device(r"1394\SIM&UNIT\2", 0x0180_2400, 10),
        device(r"1394\SIM&UNIT\3", 2, 0),
        DeviceNode::default(),
    ];
    let code = LinkCode::ConfigRet(plug61883::links::ConfigRet::ACCESS_DENIED);
    let error = LinkError::answer(Call::DeviceStatus, code);
    list.troubles.push(error.of(r"1394\SIM&UNIT\4"));
    let host = Some(r"\\BENCH2");
    assert_snapshot!(
        "machine",
        both(|output| Ok(machine::show(host, &list, output)))
    );
}

#[test]
fn connectors_of_audio_devices() {
    let connector = |id: &str, name: &str, connected| {
        let mut info = ConnectorInfo::default();
        (info.id, info.name) = (id.to_owned(), name.to_owned());
        (info.kind, info.flow) = (ConnectorKind::PhysicalExternal, Some(AudioFlow::Out));
        info.connected = connected;
        info
    };
    let mut speaker = connector("{0.0.0}.{a}/1", "Speaker jack", Some(true));
    speaker.to_connector = Some("{2}.adapter/2".to_owned());
    speaker.to_device = Some("{2}.adapter".to_owned());
    let other = connector("{2}.adapter/3", "", Some(false));
    let unread = connector("{2}.adapter/4", "Line", None);
    let adapter = belongs_to(Some(r"1394\WORKS&DECK\1"), FireWire::Yes);
    let unknown = belongs_to(None, FireWire::Unknown);
    let trouble = answer(Call::AudioTopology, HResult::AUDIO_DEVICE_INVALIDATED).of("Broken");
    let of = |info, to: Option<&str>| audio::Connector {
        info,
        to: to.map(str::to_owned),
    };
    let devices = [
        audio::Device {
            id: "{0.0.0}.{a}",
            kind: AudioDeviceKind::Endpoint,
            name: "FireWire speakers",
            state: Some(AudioState::Active),
            belongs_to: &adapter,
            connectors: vec![of(&speaker, Some("12345678"))],
            trouble: None,
        },
        audio::Device {
            id: "{0.0.0}.{b}",
            kind: AudioDeviceKind::Endpoint,
            name: "",
            state: Some(AudioState::Unplugged),
            belongs_to: &unknown,
            connectors: Vec::new(),
            trouble: Some(&trouble),
        },
        audio::Device {
            id: "{2}.adapter",
            kind: AudioDeviceKind::Adapter,
            name: "Works Deck",
            state: None,
            belongs_to: &adapter,
            connectors: vec![of(&other, None), of(&unread, None)],
            trouble: None,
        },
    ];
    assert_snapshot!("audio", both(|output| Ok(audio::show(&devices, output))));
    let none = both(|output| Ok(audio::show(&[], output)));
    assert!(
        none.starts_with("there is no audio endpoint\n--- stderr\n--- Done\n"),
        "{none}"
    );
}

#[test]
fn network_connections() {
    let connection = |name: &str, state, fire_wire| {
        let mut info = NetConnectionInfo::default();
        info.guid = "{00000000-0000-0000-0000-000000001394}".to_owned();
        info.name = name.to_owned();
        info.device = "1394 Net Adapter".to_owned();
        (info.state, info.media) = (state, NetMedia::LAN);
        info.belongs_to = belongs_to(Some(r"V1394\NIC1394\1"), fire_wire);
        info
    };
    let infos = [
        connection("FireWire link", NetState::CONNECTED, FireWire::Yes),
        connection("Old\u{1b}link", NetState::DISCONNECTED, FireWire::Perhaps),
        connection("LAN", NetState::CONNECTING, FireWire::No),
    ];
    let infos: Vec<_> = infos.iter().collect();
    let failed = [answer(Call::ConnectionProperties, HResult::FAIL)];
    assert_snapshot!("net", both(|output| Ok(net::show(&infos, &failed, output))));
}

#[test]
fn a_router_that_answers() {
    let text = both(|output| {
        router::show(Some("ROUTER1"), output);
        Ok(Exit::Done)
    });
    assert_snapshot!("router", text);
}

/// Every documented answer, and what the exit code is.
#[test]
fn each_answer_to_disconnecting_a_connector() {
    for (code, exits) in [
        (HResult::OK, [Exit::Done, Exit::Done]),
        (HResult::NOT_FOUND, [Exit::Failed, Exit::Done]),
        (HResult::FILE_READ_ONLY, [Exit::Failed, Exit::Failed]),
        (HResult::ACCESS_DENIED, [Exit::Failed, Exit::Failed]),
    ] {
        let call = Call::DisconnectConnector;
        let mut fake = Fake::new(Family::Audio, "12345678", "Speaker jack");
        if code != HResult::OK {
            fake = fake.failing(call, code);
        }
        for (idempotent, expected) in [false, true].into_iter().zip(exits) {
            let text = both(|output| disconnect(&mut fake.clone(), call, idempotent, output));
            assert!(
                text.contains(&format!("--- {expected:?}\n")),
                "{code:?}: {text}"
            );
            let code = LinkCode::HResult(code);
            let meaning = call.meaning(code).unwrap();
            assert!(text.contains(&code.to_string()), "{text}");
            assert!(text.contains(meaning), "{text}");
            assert_snapshot!(format!("audio_{:08X}_{idempotent}", code.number()), text);
        }
    }
}

#[test]
fn each_answer_to_disconnecting_a_network_connection() {
    let call = Call::DisconnectNetwork;
    for code in call.documented() {
        let mut fake = Fake::new(Family::Network, "{1}", "FireWire link");
        if !code.is_success() {
            fake.answer = Err(LinkError::answer(call, code).of(fake.name));
        }
        let text = both(|output| net::one(&mut fake.clone(), true, output));
        let expected = if code.is_success() { "Done" } else { "Failed" };
        assert!(
            text.contains(&format!("--- {expected}\n")),
            "{code:?}: {text}"
        );
        assert!(text.contains(call.meaning(code).unwrap()), "{text}");
        assert!(
            text.contains(&format!("\"code\": \"0x{:08X}\"", code.number())),
            "{text}"
        );
        assert_eq!(
            text.contains("; try again"),
            code.may_help_again(),
            "{text}"
        );
        // The list tells that there is nothing to do: Windows is not asked.
        fake.connected = false;
        let text = both(|output| net::one(&mut fake.clone(), true, output));
        let said = "FireWire link: the network connection is already disconnected\n";
        assert!(
            text.starts_with(&format!("{said}--- stderr\n--- Done\n")),
            "{text}"
        );
        assert!(text.contains("\"already_disconnected\": true"), "{text}");
    }
}

#[test]
fn a_name_that_names_none_or_several() {
    let of = |kind| Failure::from(LinkError::new(Family::Audio, kind).of("Line"));
    let unknown = of(LinkErrorKind::Unknown);
    assert_eq!(
        (unknown.exit(), &*unknown.to_string()),
        (
            Exit::Failed,
            "error: could not find the audio connector \"Line\": no audio connector has this name \
             or id; \"plugctl audio list\" lists those there are"
        )
    );
    let several = of(LinkErrorKind::Ambiguous { count: 2 });
    assert_eq!(several.exit(), Exit::Usage);
    assert!(
        several
            .to_string()
            .contains("2 audio connectors have this name")
    );
}

#[test]
fn a_system_without_the_interface_ends_with_3() {
    for error in [
        LinkError::answer(Call::LoadRouter, LinkCode::Win32(Win32::MOD_NOT_FOUND)),
        answer(Call::CreateConnectionManager, HResult::CLASS_NOT_REGISTERED),
        answer(Call::CreateDeviceEnumerator, HResult::CLASS_NOT_REGISTERED),
        LinkError::new(Family::Machine, LinkErrorKind::NeedsWindows),
    ] {
        assert_eq!(Failure::from(error.clone()).exit(), Exit::Absent, "{error}");
    }
}

fn all() -> Vec<Fake> {
    let audio = |id, name| Fake::new(Family::Audio, id, name);
    let net = |id, name| Fake::new(Family::Network, id, name);
    let connector = Call::DisconnectConnector;
    let no = (Some(r"PCI\VEN_8086\1"), FireWire::No);
    vec![
        net("{1}", "FireWire link").failing(Call::DisconnectNetwork, HResult::ABORT),
        net("{2}", "LAN").of(no.0, no.1),
        net("{3}", "1394 Connection").of(None, FireWire::Perhaps),
        Fake::new(Family::Plug, "1.1", "1.o0.1 to 1.i0.1"),
        audio("00000001", "Line"),
        audio("00000002", "Gone").failing(connector, HResult::NOT_FOUND),
        audio("00000003", "Fixed").failing(connector, HResult::FILE_READ_ONLY),
    ]
}

fn tear(
    links: Vec<Fake>,
    troubles: Vec<LinkError>,
    selection: &Selection,
    dry_run: bool,
) -> String {
    both(|output| {
        let links = links.iter().cloned();
        let mut found = Survey::of(links.map(|link| Box::new(link) as Box<dyn Link>).collect());
        found.troubles.clone_from(&troubles);
        teardown::teardown(found, selection, dry_run, output)
    })
}

#[test]
fn a_teardown_tells_what_came_of_each() {
    let absent = answer(Call::CreateConnectionManager, HResult::CLASS_NOT_REGISTERED);
    let failed = answer(Call::AudioEndpoint, HResult::FAIL);
    let troubles = vec![absent, failed];
    let selection = Selection::new().naming("lan").naming("nothing");
    assert_snapshot!("teardown", tear(all(), troubles, &selection, false));
    assert_snapshot!(
        "teardown_dry_run",
        tear(all(), Vec::new(), &Selection::new(), true)
    );
    let only = Selection::only(&[Family::Plug]);
    assert_snapshot!("teardown_only", tear(all(), Vec::new(), &only, false));
}

#[test]
fn a_teardown_of_nothing() {
    let text = tear(Vec::new(), Vec::new(), &Selection::new(), false);
    assert!(
        text.starts_with("there is nothing to break\n--- stderr\n--- Done\n"),
        "{text}"
    );
    let access = Access::Change;
    let no_driver = LinkError::from(Error::new(Asked::Open { access }, ErrorKind::NoDriver));
    let no_net = answer(Call::CreateConnectionManager, HResult::CLASS_NOT_REGISTERED);
    let no_audio = answer(Call::CreateDeviceEnumerator, HResult::CLASS_NOT_REGISTERED);
    // What one family lacks ends nothing.
    let some = vec![no_driver.clone(), no_net.clone()];
    assert_snapshot!(
        "teardown_lacks_some",
        tear(Vec::new(), some, &Selection::new(), false)
    );
    let all = vec![no_audio, no_driver.clone(), no_net];
    assert_snapshot!(
        "teardown_lacks_all",
        tear(Vec::new(), all, &Selection::new(), false)
    );
    let only = Selection::only(&[Family::Plug]);
    assert_snapshot!(
        "teardown_no_driver",
        tear(Vec::new(), vec![no_driver], &only, true)
    );
}
