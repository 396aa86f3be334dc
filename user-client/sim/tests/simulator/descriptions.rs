//! Descriptions that are wrong.

use plug61883_sim::Simulator;

/// Text of a description, and the error that it gives.
const WRONG: &[(&str, &str)] = &[
    (
        "nodes = 1",
        "line 1: unknown field `nodes`, expected one of `ddi_version`, `process`, `time`, `answer_ms`, `node`, `plug`, `connection`, `step`",
    ),
    (
        "[[node]
",
        "line 1: unclosed array table, expected `]`",
    ),
    (
        r#"[[node]]
name = "a"
colour = 1"#,
        "line 3: unknown field `colour`, expected one of `name`, `vendor`, `model`, `unit_model`, `vendor_id`, `model_id`, `unit_model_id`, `eui64`, `outputs`, `inputs`, `speed`, `payload`, `offline`, `plugged_in`",
    ),
    (
        r#"[[node]]
vendor = "a""#,
        "line 1: missing field `name`",
    ),
    (
        r#"[[node]]
name = "a"

speed = "S800""#,
        "line 4: unknown variant `S800`, expected one of `S100`, `S200`, `S400`",
    ),
    (
        r#"[[node]]
name = "a"
outputs = "2""#,
        r#"line 3: `outputs = "2"`: invalid type: string "2", expected a whole number"#,
    ),
    (
        r#"[[node]]
name = "a"
outputs = -1"#,
        "line 3: `outputs = -1`: invalid value: integer `-1`, expected a whole number",
    ),
    (
        r#"[[node]]
name = "a"
outputs = 32"#,
        "line 3: `outputs` is 32: 31 is the most",
    ),
    (
        r#"[[node]]
name = "a"
payload = 1025"#,
        "line 3: `payload` is 1025: 1024 is the most",
    ),
    (
        r#"[[node]]
name = "a"
vendor_id = 0x1000000"#,
        "line 3: `vendor_id` is 16777216: 16777215 is the most",
    ),
    (
        r#"[[node]]
name = "a"
eui64 = "12""#,
        r#"line 3: `eui64` has 16 hexadecimal digits, such as "00A0B06188300001""#,
    ),
    (
        r#"[[node]]
name = "computer""#,
        "line 2: `computer` is no name for a node: letters, digits, `-` and `_` make one, and `computer` is this computer",
    ),
    (
        r#"[[node]]
name = "a b""#,
        "line 2: `a b` is no name for a node: letters, digits, `-` and `_` make one, and `computer` is this computer",
    ),
    (
        r#"[[node]]
name = "a"
[[node]]
name = "a""#,
        "line 4: two nodes have the name `a`",
    ),
    (
        r#"[[node]]
name = "a"
eui64 = "0000000000000001"
[[node]]
name = "b"
eui64 = "0000000000000001""#,
        "line 5: two nodes have the EUI-64 0000000000000001",
    ),
    (
        r#"[[node]]
name = "a"
outputs = 1
offline = ["oPCR[0]", "oPCR[1]"]"#,
        "line 4: `a` has no plug `oPCR[1]`; write one as `oPCR[0]`",
    ),
    (
        "ddi_version = 4",
        "line 1: `ddi_version` is 4: 1 to 3 are there",
    ),
    (
        "ddi_version = 0",
        "line 1: `ddi_version` is 0: 1 to 3 are there",
    ),
    (
        "process = 0",
        "line 1: `process` is 0: that is no process of a program",
    ),
    (
        r#"
time = "yesterday""#,
        r#"line 2: `time` is a date from 1970 on with a time of day and `Z`, such as "2026-01-01T00:00:00Z""#,
    ),
    (
        "time = 2026-01-01",
        r#"line 1: `time` is a date from 1970 on with a time of day and `Z`, such as "2026-01-01T00:00:00Z""#,
    ),
    (
        r#"[[connection]]
by = "me"
from = "a"
to = "b""#,
        "line 2: unknown variant `me`, expected one of `driver`, `other-driver`, `node`",
    ),
    (
        r#"
[[connection]]
by = "node"
from = "a.oPCR[0]"
to = "b.iPCR[0]""#,
        "line 2: there is no node `a`",
    ),
    (
        r#"[[connection]]
by = "node"
from = "a.oPCR[x]"
to = "computer""#,
        "line 1: `a.oPCR[x]` is no plug; write one as `deck.oPCR[0]`",
    ),
    (
        r#"[[connection]]
by = "node"
to = "computer""#,
        "line 1: missing field `from`",
    ),
    (
        r#"ddi_version = 1
[[node]]
name = "a"
outputs = 1
[[connection]]
by = "driver"
from = "a.oPCR[0]"
to = "computer""#,
        "line 5: STATUS_REVISION_MISMATCH (0xC0000059): another interface version",
    ),
    (
        r#"[[node]]
name = "a"
outputs = 1
offline = ["oPCR[0]"]
[[connection]]
by = "driver"
from = "a.oPCR[0]"
to = "computer""#,
        "line 5: `a.oPCR[0]` is off-line",
    ),
    (
        r#"[[plug]]
by = "node"
through = "a"
kind = "oPCR""#,
        r#"line 1: plugs of this computer are made by "driver" or "other-driver""#,
    ),
    (
        r#"[[plug]]
by = "driver"
through = "a"
kind = "oPCR""#,
        "line 1: there is no node `a`",
    ),
    (
        r#"[[plug]]
by = "driver"
through = "a"
kind = "oMPR""#,
        "line 4: unknown variant `oMPR`, expected `oPCR` or `iPCR`",
    ),
    (
        r#"[[node]]
name = "a"
[[plug]]
by = "driver"
through = "a"
kind = "oPCR"
channel = 64"#,
        "line 7: `channel` is 64: 63 is the most",
    ),
    (
        "[[step]]
bus_reset = true",
        "line 1: missing field `after_ms`",
    ),
    (
        "[[step]]
after_ms = 1
bus_reset = false",
        "line 1: `bus_reset` is true, or is left out",
    ),
    (
        r#"[[step]]
after_ms = 1
unplug = "a""#,
        "line 1: there is no node `a`",
    ),
    (
        r#"[[node]]
name = "a"
[[step]]
after_ms = 1
unplug = "a"
[[step]]
after_ms = 1
unplug = "a""#,
        "line 6: `a` is not plugged in",
    ),
    (
        r#"[[node]]
name = "a"
[[step]]
after_ms = 1
unplug = "a"
bus_reset = true"#,
        "line 3: a step does one thing: write another `[[step]]` with `after_ms = 0`",
    ),
    (
        r#"[[step]]
after_ms = 1
lose = "a.oPCR[31]""#,
        "line 1: `a.oPCR[31]` is no plug; write one as `deck.oPCR[0]`",
    ),
    (
        r#"[[step]]
after_ms = 1
connect = { by = "node", from = "computer", to = "computer" }"#,
        "line 1: a connection has a plug at one end at least",
    ),
];

#[test]
fn errors_name_line_and_key() {
    for (text, error) in WRONG {
        let got = Simulator::from_toml(text).unwrap_err();
        assert_eq!(got.to_string(), *error, "{text}");
        let line = error
            .strip_prefix("line ")
            .and_then(|rest| rest.split(':').next());
        assert_eq!(got.line().map(|line| line.to_string()).as_deref(), line);
    }
}

#[test]
fn there_is_room_for_as_many_nodes_as_units() {
    let nodes = |count: usize| -> String {
        (0..count)
            .map(|number| format!("[[node]]\nname = \"node{number}\"\n"))
            .collect()
    };
    let simulator = Simulator::from_toml(&nodes(32)).unwrap();
    let driver = simulator.open(plug61883::Access::Query).unwrap();
    assert_eq!(driver.info().unwrap().units, (32, 32));
    let error = Simulator::from_toml(&nodes(33)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 65: 32 nodes are the most: plug61883 has room for no more"
    );
}
