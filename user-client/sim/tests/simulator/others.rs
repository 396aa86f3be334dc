//! What is not done through plug61883.

use plug61883::{Connect, End, Owner, State};
use plug61883_sim::{By, Simulator};

use crate::{START, input, output, pair, unit};

#[test]
fn the_bench_is_as_it_is_described() {
    let simulator = Simulator::new();
    let (driver, _) = unit(&simulator, 0);
    let infos = driver.connections(None).unwrap();
    let owners: Vec<_> = infos.iter().map(|info| info.owner).collect();
    assert_eq!(owners, [Owner::Driver, Owner::Foreign, Owner::Foreign]);
    // Nobody has asked for the ids of plugs that another driver uses.
    assert_eq!(
        [infos[1].input, infos[2].output],
        [End::Unnamed, End::Unnamed]
    );
    let (_, deck) = unit(&simulator, 0);
    // The tuner and the deck made this one: no driver knows of it.
    assert_eq!(input(&deck, 0).state().unwrap().state, State::Active);
    assert_eq!(deck.connections().unwrap().len(), 1);
    assert_eq!(output(&deck, 1).state().unwrap().state, State::Idle);
}

#[test]
fn what_another_driver_makes_is_foreign() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    simulator
        .connect(By::OtherDriver, "deck.oPCR[0]", "deck.iPCR[1]")
        .unwrap();
    let infos = driver.connections(None).unwrap();
    assert_eq!(
        (infos[0].owner, infos[0].process_id),
        (Owner::Foreign, None)
    );
    assert_eq!(
        (infos[0].output, infos[0].input),
        (End::Plug(plug.id()), End::Unnamed)
    );
    assert_eq!(infos[0].made_at, START);
    let refused = driver.disconnect(infos[0].id, false).unwrap_err();
    assert_eq!(refused.status(), Some(plug61883::NtStatus::ACCESS_DENIED));
    driver.disconnect(infos[0].id, true).unwrap();
    assert_eq!(plug.state().unwrap().state, State::Ready);
    // It does not know yet, and is told when it asks.
    let late = simulator.disconnect(By::OtherDriver, "deck.oPCR[0]", "deck.iPCR[1]");
    assert!(
        late.unwrap_err()
            .to_string()
            .starts_with("STATUS_INVALID_PARAMETER")
    );
}

#[test]
fn another_driver_breaks_what_it_made() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    for _ in 0..2 {
        simulator
            .connect(By::OtherDriver, "computer", "deck.iPCR[0]")
            .unwrap();
        assert_eq!(driver.connections(None).unwrap().len(), 1);
        simulator
            .disconnect(By::OtherDriver, "computer", "deck.iPCR[0]")
            .unwrap();
        assert_eq!(driver.connections(None).unwrap(), []);
    }
    assert_eq!(input(&deck, 0).state().unwrap().point_to_point, 0);
}

#[test]
fn nodes_make_their_connections_again_after_a_bus_reset() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let plug = input(&deck, 1);
    simulator
        .connect(By::Node, "camera.oPCR[0]", "deck.iPCR[1]")
        .unwrap();
    let _connection = deck
        .connect(&Connect::new().output(&output(&deck, 0)))
        .unwrap();
    let channel = plug.state().unwrap().channel();
    simulator.bus_reset();
    let state = plug.state().unwrap();
    assert_eq!((state.point_to_point, state.channel()), (1, channel));
    assert_eq!(driver.connections(None).unwrap().len(), 1);
    assert_eq!(simulator.lose("deck.iPCR[1]"), Ok(1));
    assert_eq!(simulator.lose("deck.iPCR[1]"), Ok(0));
    simulator.bus_reset();
    assert_eq!(plug.state().unwrap().point_to_point, 0);

    simulator
        .connect(By::Node, "camera.oPCR[0]", "deck.iPCR[1]")
        .unwrap();
    simulator
        .disconnect(By::Node, "camera.oPCR[0]", "deck.iPCR[1]")
        .unwrap();
    assert_eq!(plug.state().unwrap().point_to_point, 0);
    // With the node goes what it made.
    simulator
        .connect(By::Node, "camera.oPCR[0]", "deck.iPCR[1]")
        .unwrap();
    simulator.unplug("camera").unwrap();
    simulator.plug_in("camera").unwrap();
    assert_eq!(plug.state().unwrap().point_to_point, 0);
}

#[test]
fn the_driver_breaks_what_anybody_made_through_a_driver() {
    let simulator = pair("");
    let (driver, deck) = unit(&simulator, 0);
    let connection = deck
        .connect(&Connect::new().output(&output(&deck, 0)))
        .unwrap();
    simulator
        .disconnect(By::Driver, "deck.oPCR[0]", "computer")
        .unwrap();
    assert_eq!(driver.connections(None).unwrap(), []);
    assert!(connection.disconnect().is_err());
}

#[test]
fn plugs_go_off_line_and_come_back() {
    let simulator = pair("");
    let (_, deck) = unit(&simulator, 0);
    let plug = output(&deck, 0);
    simulator.set_online("deck.oPCR[0]", false).unwrap();
    assert_eq!(plug.state().unwrap().online(), Some(false));
    assert!(deck.connect(&Connect::new().output(&plug)).is_err());
    simulator.set_online("deck.oPCR[0]", true).unwrap();
    assert_eq!(plug.state().unwrap().state, State::Ready);
}

#[test]
fn what_can_t_be_done_is_told_in_one_line() {
    let simulator = pair("");
    let connect = |by, from, to| simulator.connect(by, from, to).unwrap_err().to_string();
    for (error, text) in [
        (
            connect(By::Node, "deck", "computer"),
            "`deck` is no plug; write one as `deck.oPCR[0]`",
        ),
        (
            connect(By::Node, "deck.iPCR[0]", "computer"),
            "a connection goes from an output plug, an oPCR: `deck.iPCR[0]` is none",
        ),
        (
            connect(By::Node, "computer", "computer"),
            "a connection has a plug at one end at least",
        ),
        (
            connect(By::Driver, "deck.oPCR[7]", "computer"),
            "there is no plug `deck.oPCR[7]`",
        ),
        (
            connect(By::Driver, "desk.oPCR[0]", "computer"),
            "there is no node `desk`",
        ),
        (
            connect(By::Driver, "deck.oPCR[0]", "camera.iPCR[0]"),
            "the driver connects plugs of one unit, or one of them and this computer; between two \
             nodes write `by = \"node\"`",
        ),
        (
            connect(By::OtherDriver, "deck.oPCR[0]", "camera.iPCR[0]"),
            "a driver connects plugs of one node, or one of them and this computer; between two \
             nodes write `by = \"node\"`",
        ),
        (
            connect(By::Node, "computer.oPCR[0]", "deck.iPCR[0]"),
            "there is no plug `computer.oPCR[0]`",
        ),
    ] {
        assert_eq!(error, text);
    }
    let none = simulator.disconnect(By::Node, "deck.oPCR[0]", "computer");
    assert_eq!(none.unwrap_err().to_string(), "there is no such connection");
    let twice = simulator.plug_in("deck").unwrap_err();
    assert_eq!(twice.to_string(), "`deck` is plugged in");
}
