//! What this Wine answers; a stub's error is an answer too.

use anyhow::Result;
use e2e::Scene;
use serde_json::json;

use super::linktest;

const PROGRAM: &str = "linktest.exe";

#[test]
fn what_this_wine_answers_comes_out_as_the_right_message() -> Result<()> {
    let mut scene = Scene::open("links", 1)?;

    // This machine needs no handle; Wine's configuration manager lists nothing.
    let machine = linktest(&scene, PROGRAM, &["machine"])?;
    assert_eq!(machine["devices"], json!({ "devices": [], "troubles": [] }));
    assert_eq!(machine["disconnect"], json!({ "ok": null }));
    assert_eq!(machine["again"]["error"]["already"], true);

    let other = linktest(&scene, PROGRAM, &["machine", "OTHER"])?;
    assert_eq!(
        other["error"]["text"],
        r#"could not connect to the machine "\\OTHER": CR_ACCESS_DENIED (0x33) from CM_Connect_MachineW: since Windows 8 and Windows Server 2012, Windows no longer reaches the device tree of another machine"#
    );
    assert_eq!(other["error"]["again"], false);

    let router = linktest(&scene, PROGRAM, &["router"])?;
    assert_eq!(
        router["error"]["text"],
        "could not connect to the router configuration: ERROR_NOT_SUPPORTED (50) from \
         MprConfigServerConnect: this Windows has no router configuration"
    );
    assert_eq!(router["error"]["absent"], true);

    // A machine that runs this may have a sound card.
    let audio = linktest(&scene, PROGRAM, &["audio"])?;
    let devices = audio["ok"].as_array();
    assert!(devices.is_some(), "{audio}");

    let network = linktest(&scene, PROGRAM, &["net"])?;
    assert_eq!(
        network["error"]["text"],
        "could not list the network connections: REGDB_E_CLASSNOTREG (0x80040154) from \
         CoCreateInstance(ConnectionManager): this Windows has no network connection manager"
    );
    assert_eq!(network["error"]["absent"], true);

    no_router_library(&mut scene)?;
    scene.close()
}

/// mprapi.dll is missing, then has not the functions.
fn no_router_library(scene: &mut Scene) -> Result<()> {
    scene.bench().override_libraries("mprapi=");
    let missing = linktest(scene, PROGRAM, &["router"])?;
    assert_eq!(
        missing["error"]["text"],
        "could not connect to the router configuration: ERROR_MOD_NOT_FOUND (126) from \
         LoadLibraryExW(mprapi.dll): this Windows has no router configuration"
    );
    scene.bench().override_libraries("");
    let other = e2e::artifacts().join("bcryptprimitives.dll");
    scene.bench().install_library(&other, "mprapi.dll")?;
    let lacking = linktest(scene, PROGRAM, &["router", "SERVER"])?;
    assert_eq!(
        lacking["error"]["text"],
        "could not connect to the router configuration \"SERVER\": ERROR_PROC_NOT_FOUND (127) \
         from GetProcAddress(MprConfigServerConnect, MprConfigServerDisconnect): this Windows \
         has no router configuration"
    );
    assert_eq!(
        (&missing["error"]["absent"], &lacking["error"]["absent"]),
        (&json!(true), &json!(true))
    );
    Ok(())
}

#[test]
fn com_is_initialised_once_for_a_thread_and_given_back() -> Result<()> {
    let scene = Scene::open("links-com", 0)?;
    let counts = linktest(&scene, PROGRAM, &["com"])?;
    // -1: not initialised; 1: for many threads, by us; 3: for one thread, by somebody else.
    assert_eq!(counts["none"], json!([[-1, 1, 1, 1, -1], -1]));
    assert_eq!(counts["single"], json!([[3, 3, 3, 3, 3], -1]));
    assert_eq!(counts["multi"], json!([[1, 1, 1, 1, 1], -1]));
    scene.close()
}

#[test]
fn a_teardown_breaks_what_the_driver_knows_and_goes_on_without_the_rest() -> Result<()> {
    let scene = Scene::open("links-teardown", 1)?;
    let id = scene.connect(0, 0)?;
    let document = linktest(&scene, PROGRAM, &["teardown"])?;
    for (part, outcome) in [("preview", "would be broken"), ("run", "broken")] {
        let report = &document[part];
        let plugs: Vec<_> = report["entries"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["family"] == "plug connection")
            .collect();
        assert_eq!(plugs.len(), 1, "{report}");
        assert_eq!(plugs[0]["id"], id, "{report}");
        assert_eq!(plugs[0]["outcome"], outcome, "{report}");
        let troubles = report["troubles"].as_array().into_iter().flatten();
        let families: Vec<_> = troubles
            .map(|trouble| &trouble["error"]["family"])
            .collect();
        assert_eq!(families, ["network connection"], "{report}");
        assert_eq!(
            (&report["clean"], &report["absent"]),
            (&json!(true), &json!(false))
        );
    }
    let left = scene.plugctl_json(&["connections"])?;
    assert_eq!(left["connections"], json!([]), "{left}");
    scene.close()
}
