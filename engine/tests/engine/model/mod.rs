//! Random histories agree with the reference model.

use proptest::prelude::*;

use crate::play::history::{BYTES, Op, play_ops};

fn config() -> ProptestConfig {
    // PROPTEST_CASES asks for more than the usual 256.
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: if cfg!(miri) { 1 } else { usual.cases },
        failure_persistence: None,
        ..usual
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn agrees_with_the_model(
        ops in prop::collection::vec(
            any::<[u8; BYTES]>().prop_map(Op::from_bytes),
            0..if cfg!(miri) { 40 } else { 250 },
        ),
    ) {
        play_ops(ops);
    }
}
