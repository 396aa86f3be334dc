//! What bindgen makes of the headers, where code relies on it.

use wdk_build::BuilderExt;

use crate::clang;

#[test]
fn bindings_are_typed_as_on_windows() {
    let bindings = bindgen::Builder::wdk_default(clang::config())
        .unwrap()
        .header_contents("all.h", &clang::includes())
        .allowlist_item("_WDF_TRI_STATE|_POOL_TYPE|WDFDEVICE|WDFOBJECT|WDFFUNC|PFN_WDFOBJECTDELETE")
        .allowlist_item("WdfFunctions|WdfFunctionCount|WdfDriverGlobals|Ke.*Irql.*|KfRaiseIrql")
        .allowlist_item("ExAllocatePool.*|POOL_FLAGS")
        .generate()
        .unwrap()
        .to_string()
        .replace("    #[allow(unused_imports)]\n    use super::*;\n", "");
    for expected in [
        // Signed, as Microsoft's compiler has it.
        "pub mod _WDF_TRI_STATE {\n    pub type Type = ::core::ffi::c_int;",
        "pub mod _POOL_TYPE {\n    pub type Type = ::core::ffi::c_int;",
        "pub type WDFDEVICE = *mut WDFDEVICE__;",
        "pub type WDFOBJECT = HANDLE;",
        "pub type WDFFUNC = ::core::option::Option<unsafe extern \"C\" fn()>;",
        "pub type PFN_WDFOBJECTDELETE",
        // Under the name that wdk-sys knows.
        "#[link_name = \"\\u{1}WdfFunctions_01027\"]\n    pub static mut WdfFunctions: *const WDFFUNC;",
        "pub static mut WdfFunctionCount: ULONG;",
        "pub static mut WdfDriverGlobals: PWDF_DRIVER_GLOBALS;",
        // Inline in mingw-w64, and not on Windows.
        "pub fn KeGetCurrentIrql() -> KIRQL;",
        "pub fn KfRaiseIrql(NewIrql: KIRQL) -> KIRQL;",
        "pub fn KeLowerIrql(NewIrql: KIRQL);",
        "pub fn KeRaiseIrqlToDpcLevel() -> KIRQL;",
        "pub fn ExAllocatePool2(",
        "pub type POOL_FLAGS = ULONG64;",
    ] {
        assert!(
            bindings.contains(expected),
            "{expected} is not in\n{bindings}"
        );
    }
    assert!(!bindings.contains("fn ExAllocatePoolWithTag"), "deprecated");
}
