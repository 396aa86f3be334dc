//! The function table: indices, and the types of the functions.

use crate::{clang, report, rows};

const FACTS: &str = include_str!("../facts/kmdf-functions.csv");

/// How many of the functions KMDF 1.27 has; later versions append.
const COUNT: usize = 453;

/// Functions whose parameters the facts do not have, and that are declared from documentation.
const DOCUMENTED: &[&str] = &["WdfDeviceMiniportCreate", "WdfDriverMiniportUnload"];

/// One function of the table.
struct Function<'a> {
    name: &'a str,
    index: usize,
    /// Nothing where the facts have nothing.
    signature: Option<String>,
}

fn functions(csv: &str) -> impl Iterator<Item = Function<'_>> {
    rows(csv).map(|row| {
        let signature = (!row[2].is_empty()).then(|| {
            let mut parameters = "PWDF_DRIVER_GLOBALS".to_owned();
            for parameter in row[3].split(';').filter(|parameter| !parameter.is_empty()) {
                let (_, rust) = parameter.split_once(": ").unwrap();
                parameters += &format!(", {}", c_type(rust));
            }
            format!("{} (*)({parameters})", c_type(row[2]))
        });
        Function {
            name: row[0],
            index: row[1].parse().unwrap(),
            signature,
        }
    })
}

/// The facts write types as bindgen does.
fn c_type(rust: &str) -> String {
    let rust = rust.trim();
    if let Some(target) = rust.strip_prefix("*mut ") {
        return format!("{} *", c_type(target));
    }
    if let Some(target) = rust.strip_prefix("*const ") {
        return format!("const {} *", c_type(target));
    }
    match rust {
        "usize" => "size_t".to_owned(),
        other => other.trim_end_matches("::Type").to_owned(),
    }
}

fn findings(csv: &str) -> Vec<String> {
    let present = || functions(csv).filter(|function| function.index < COUNT);
    let indices = present().map(|f| (format!("{}TableIndex == {}", f.name, f.index), f.name));
    let signatures = present().filter_map(|f| {
        let pointer = format!("PFN_{}", f.name.to_uppercase());
        let signature = f.signature?;
        Some((
            format!("__builtin_types_compatible_p({pointer}, {signature})"),
            f.name,
        ))
    });
    let count = (
        format!("WdfFunctionTableNumEntries == {COUNT}"),
        "number of functions",
    );
    clang::failed_assertions(indices.chain(signatures).chain([count]))
}

#[test]
fn functions_have_the_index_and_the_type_of_the_facts() {
    assert_eq!(functions(FACTS).count(), 458, "the table of facts itself");
    report(&findings(FACTS));
}

#[test]
fn a_wrong_fact_is_found() {
    let index = FACTS.replacen("WdfDriverCreate,116", "WdfDriverCreate,117", 1);
    let findings_of = |csv: &str| findings(csv).join("\n");
    assert!(findings_of(&index).contains("fact: WdfDriverCreate"));
    let returns = FACTS.replacen(
        "WdfRequestSend,253,BOOLEAN",
        "WdfRequestSend,253,NTSTATUS",
        1,
    );
    assert!(findings_of(&returns).contains("fact: WdfRequestSend"));
    let parameter = FACTS.replacen("Context: WDFCONTEXT", "Context: WDFOBJECT; More: ULONG", 1);
    assert!(findings_of(&parameter).contains("fact: WdfDmaTransactionExecute"));
    let unknown = FACTS.replacen("WdfObjectDelete,", "WdfObjectUnmake,", 1);
    assert!(findings_of(&unknown).contains("WdfObjectUnmake"));
}

/// The other way round: which functions have an index but no type, and which have neither.
#[test]
fn declared_functions_are_those_of_the_facts() {
    let headers = clang::own_headers();
    for function in functions(FACTS) {
        let has_index = headers.contains(&format!(" {}TableIndex = ", function.name));
        assert_eq!(
            has_index,
            function.index < COUNT,
            "index of {}",
            function.name
        );
        let has_type = headers.contains(&format!("(*PFN_{})(", function.name.to_uppercase()));
        let documented = DOCUMENTED.contains(&function.name);
        let expected = has_index && (function.signature.is_some() || documented);
        assert_eq!(has_type, expected, "type of {}", function.name);
        assert!(
            !(documented && function.signature.is_some()),
            "the facts have {}",
            function.name
        );
    }
    let known = functions(FACTS)
        .filter(|function| function.index < COUNT)
        .count();
    assert_eq!(headers.matches("TableIndex = ").count(), known);
}
