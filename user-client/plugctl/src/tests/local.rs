//! Plugs of this computer, and unit directories.

use plug61883::abi::ioctl::{AddDirectoryRequest, CreatePlugRequest, RemoveRequest};

use super::*;

const SUCCESS: &str = "STATUS_SUCCESS (0x00000000) from the protocol driver";

#[test]
fn a_plug_is_created_and_held() {
    for (line, id, register) in [
        ("create-plug 1.1 in", "1.li0.1", 0x803F_0000),
        ("create-plug 1.1 out", "1.lo0.1", 0x803F_007A),
        (
            "create-plug 1.1 out --pcr 0x12345678",
            "1.lo0.1",
            0x1234_5678,
        ),
        (
            "create-plug 1.1 in --pcr online,channel=5",
            "1.li0.1",
            0x8005_0000,
        ),
    ] {
        let fake = Fake::new();
        let (ran, held) = fake.run_and_look(line);
        assert_eq!(
            (ran, held),
            (done(&format!("{id}\n{id}: {SUCCESS}\n")), Some(1))
        );
        assert_eq!(fake.codes(), [ioctl::CREATE_PLUG, ioctl::DELETE_PLUG]);
        let sent = fake.scripted.sent();
        let request = CreatePlugRequest::read_from_bytes(&sent[0].input).unwrap();
        assert_eq!(request.pcr.0, register, "{line}");
    }
    let fake = Fake::new();
    let (ran, held) = fake.run_and_look("create-plug 1.1 in --persist");
    assert_eq!((ran, held), (done("1.li0.1\n"), None));
    assert_eq!(fake.codes(), [ioctl::CREATE_PLUG]);
    let ran = fake.run("set-plug 1.li0.1 online,p2p=1");
    assert_eq!(ran, done(&format!("1.li0.1: {SUCCESS}\n")));
    assert_eq!(fake.state.lock().unwrap().plugs[0].pcr.0, 0x8100_0000);
}

#[test]
fn plugs_of_this_computer_are_listed_below_those_of_the_device() {
    let fake = Fake::new().with_plug(ioctl::owner::FOREIGN);
    fake.run("create-plug 1.1 in --persist");
    let ran = fake.run("plugs");
    let table = "
plugs of this computer:
ID       PLUG           ONLINE  CH  P2P  OWNER    PROCESS  MADE
1.lo0.1  local oPCR[0]  yes     63    1  foreign        -  -
1.li1.1  local iPCR[1]  yes     63    0  driver        42  2022-06-18T04:26:40Z
";
    assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""));
    assert!(ran.out.ends_with(table), "{}", ran.out);
    let wide = fake.run("plugs --wide").out;
    let last = wide.lines().nth_back(1).unwrap();
    assert_eq!(
        last.split_whitespace().collect::<Vec<_>>().join(" "),
        "1.lo0.1 local oPCR[0] yes 63 S400 122 1 0 foreign - -"
    );
}

#[test]
fn plugs_of_a_unit_that_left_are_not_asked_for() {
    let fault = Fault::Refuse(NtStatus::DEVICE_REMOVED, Source::Plug61883);
    let fake = Fake::new().fault(ioctl::GET_PLUG, fault);
    fake.run("plugs");
    assert!(!fake.codes().contains(&ioctl::LIST_PLUGS));
    let fault = Fault::Answer(NtStatus::IO_DEVICE_ERROR);
    let ran = Fake::new().fault(ioctl::LIST_PLUGS, fault).run("plugs");
    assert_eq!((ran.exit, ran.out.lines().count()), (Exit::Failed, 5));
    assert!(ran.err.starts_with("error: could not list the plugs: "));
}

#[test]
fn delete_plug_goes_on_and_needs_force_for_others() {
    let fake = Fake::new()
        .with_plug(ioctl::owner::DRIVER)
        .with_plug(ioctl::owner::FOREIGN);
    let ran = fake.run("delete-plug 1.lo0.1 1.lo1.1 1.li9.1");
    assert_eq!(
        (ran.exit, &*ran.out),
        (Exit::Failed, &*format!("1.lo0.1: {SUCCESS}\n"))
    );
    let errors: Vec<_> = ran.err.lines().collect();
    assert!(errors[0].starts_with("1.lo1.1: STATUS_ACCESS_DENIED") && errors.len() == 2);
    assert!(errors[1].contains("no plug has this id now"));
    let ran = fake.run("delete-plug --force 1.lo1.1");
    assert_eq!(ran, done(&format!("1.lo1.1: {SUCCESS}\n")));
}

#[test]
fn local_plugs_are_connected_by_their_ids() {
    let fake = Fake::new().with_plug(ioctl::owner::DRIVER);
    let ran =
        fake.run("connect --out 1.lo0.1 --in 0 --format dv-525-60,blocks=2 --broadcast --persist");
    assert_eq!(ran, done("1.1\n"));
    let sent = fake.scripted.sent();
    let request = ConnectRequest::read_from_bytes(&sent.last().unwrap().input).unwrap();
    assert_eq!(request.output.to_string(), "1.lo0.1");
    assert_eq!(request.input.to_string(), "1.i0.1");
    assert_eq!(
        (request.format.block_size, request.format.blocks_per_packet),
        (120, 2)
    );
    assert_eq!(request.connect_type, 0);
    let table = "\
ID   UNIT  OUTPUT         INPUT    KIND   OWNER   PROCESS  MADE
1.1  1.1   local oPCR[0]  iPCR[0]  bcast  driver       42  2022-06-18T04:26:40Z
";
    assert_eq!(fake.run("connections"), done(table));
}

#[test]
fn a_foreign_connection_is_listed_and_broken_with_force() {
    let fake = Fake::new().connected(ioctl::owner::FOREIGN);
    let ran = fake.run("connections");
    assert!(ran.out.contains(" foreign "), "{}", ran.out);
    let ran = fake.run("disconnect 1.1");
    assert!(
        ran.err
            .contains("another program or driver owns the connection"),
        "{}",
        ran.err
    );
    assert_eq!(
        fake.run("disconnect --force 1.1"),
        done(&format!("1.1: {SUCCESS}\n"))
    );
}

#[test]
fn unit_directories_come_and_go() {
    let fake = Fake::new();
    let (ran, held) = fake.run_and_look("unit-directory add 1.1 0xA02D 65537 --bus-reset");
    assert_eq!(
        (ran, held),
        (done(&format!("1.1\n1.1: {SUCCESS}\n")), Some(1))
    );
    let sent = fake.scripted.sent();
    let added = AddDirectoryRequest::read_from_bytes(&sent[0].input).unwrap();
    assert_eq!(
        (added.spec_id, added.sw_version, added.flags),
        (0xA02D, 0x1_0001, 2)
    );
    let removed = RemoveRequest::read_from_bytes(&sent[1].input).unwrap();
    assert_eq!(removed.flags, 2);

    assert_eq!(
        fake.run("unit-directory add 1.1 0xA02D 1 --persist"),
        done("2.1\n")
    );
    let table = "\
ID   UNIT  SPEC      VERSION   OWNER   PROCESS  MADE
2.1  1.1   0x00A02D  0x000001  driver       42  2022-06-18T04:26:40Z
";
    assert_eq!(fake.run("unit-directory list"), done(table));
    let ran = fake.run("unit-directory remove 1.1 2.1 --force");
    assert_eq!(
        (ran.exit, &*ran.out),
        (Exit::Failed, &*format!("2.1: {SUCCESS}\n"))
    );
    assert!(ran.err.contains("no unit directory has this id now"));
}

#[test]
fn every_table_fits_a_terminal() {
    let fake = Fake::with_units(2)
        .connected(ioctl::owner::FOREIGN)
        .with_plug(ioctl::owner::OTHER_HANDLE);
    {
        let mut state = fake.state.lock().unwrap();
        let mut long = state.connections[0];
        (long.output, long.input) = (state.plugs[0].plug, state.plugs[0].plug);
        (long.process_id, long.made_at) = (u32::MAX, fake::MADE_AT);
        long.connection = plug61883::ConnectionId::new(255, 1_000_000);
        state.connections.push(long);
        (state.plugs[0].process_id, state.plugs[0].made_at) = (u32::MAX, fake::MADE_AT);
    }
    fake.run("unit-directory add 1.1 1 1 --persist");
    for line in [
        "units",
        "plugs --unit 1.1",
        "connections",
        "unit-directory list",
        "snapshot",
        "unit-info 1.1",
    ] {
        let ran = fake.run(line);
        assert_eq!((ran.exit, &*ran.err), (Exit::Done, ""), "{line}");
        for text in ran.out.lines() {
            assert!(text.chars().count() <= 80, "{line}: {text}");
        }
    }
}
