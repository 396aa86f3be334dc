//! Plug registers: for every one of the 2^32 values, decoding and encoding again gives the same
//! value.

use std::thread;

use plug61883_abi::csr::INITIAL_BANDWIDTH;
use plug61883_abi::pcr::{
    IMPR_ADDRESS, Impr, Ipcr, LAST_OFFSET, OMPR_ADDRESS, Ompr, Opcr, bandwidth_units, ipcr_address,
    ipcr_offset, opcr_address, opcr_offset, register_address,
};

/// Calls `round_trip` with every value (a sample under Miri), on all processors, and expects the
/// value back.
///
/// Built with optimisation, as the workspace's dev profile asks for this package, an inner loop
/// may take no time at all: the compiler sees that the fields make up the value. A field that
/// overlaps another, is too narrow or is left out makes the test fail all the same.
fn for_all_values(name: &str, round_trip: impl Fn(u32) -> u32 + Sync) {
    if cfg!(miri) {
        for bit in (0..32).step_by(5) {
            for value in [0, 1 << bit, !(1 << bit), u32::MAX >> bit] {
                assert_eq!(round_trip(value), value, "{name}");
            }
        }
        return;
    }
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u32);
    thread::scope(|scope| {
        for first in 0..threads {
            let round_trip = &round_trip;
            scope.spawn(move || {
                // Values by their high half, so that the inner loop is plain enough for SIMD.
                for high in (first..=0xFFFF).step_by(threads as usize) {
                    let differing = (0..=0xFFFF_u32).fold(0, |bits, low| {
                        let value = (high << 16) | low;
                        bits | (round_trip(value) ^ value)
                    });
                    assert_eq!(differing, 0, "{name}: values of high half {high:#X}");
                }
            });
        }
    });
}

#[test]
fn every_opcr_comes_back() {
    for_all_values("oPCR", |value| {
        let read = Opcr(value);
        Opcr(!value)
            .with_payload(read.payload())
            .with_overhead_id(read.overhead_id())
            .with_data_rate(read.data_rate())
            .with_channel(read.channel())
            .with_reserved(read.reserved())
            .with_point_to_point(read.point_to_point())
            .with_broadcast(read.broadcast())
            .with_online(read.online())
            .0
    });
}

#[test]
fn every_ipcr_comes_back() {
    for_all_values("iPCR", |value| {
        let read = Ipcr(value);
        Ipcr(!value)
            .with_reserved0(read.reserved0())
            .with_channel(read.channel())
            .with_reserved1(read.reserved1())
            .with_point_to_point(read.point_to_point())
            .with_broadcast(read.broadcast())
            .with_online(read.online())
            .0
    });
}

#[test]
fn every_ompr_comes_back() {
    for_all_values("oMPR", |value| {
        let read = Ompr(value);
        Ompr(!value)
            .with_plugs(read.plugs())
            .with_reserved(read.reserved())
            .with_persistent_extension(read.persistent_extension())
            .with_non_persistent_extension(read.non_persistent_extension())
            .with_broadcast_channel_base(read.broadcast_channel_base())
            .with_data_rate(read.data_rate())
            .0
    });
}

#[test]
fn every_impr_comes_back() {
    for_all_values("iMPR", |value| {
        let read = Impr(value);
        Impr(!value)
            .with_plugs(read.plugs())
            .with_reserved(read.reserved())
            .with_persistent_extension(read.persistent_extension())
            .with_non_persistent_extension(read.non_persistent_extension())
            .with_reserved1(read.reserved1())
            .with_data_rate(read.data_rate())
            .0
    });
}

/// Each field alone, all ones: what its getter reads back, and that the fields of a register share
/// no bit and leave none out.
#[test]
fn fields_make_up_the_register() {
    macro_rules! check {
        ($register:ident: $($field:ident, $with:ident;)*) => {{
            let mut seen = 0_u32;
            $(
                let alone = $register(0).$with(!0);
                assert_ne!(alone.0, 0);
                assert_eq!(seen & alone.0, 0, stringify!($register $field));
                seen |= alone.0;
                assert_eq!(u32::from(alone.$field()), alone.0 >> alone.0.trailing_zeros());
                assert_eq!($register(!alone.0).$field(), 0);
                assert_eq!($register(!0).$with(0).0, !alone.0);
            )*
            assert_eq!(seen, u32::MAX, stringify!($register));
        }};
    }
    check!(Opcr:
        payload, with_payload;
        overhead_id, with_overhead_id;
        data_rate, with_data_rate;
        channel, with_channel;
        reserved, with_reserved;
        point_to_point, with_point_to_point;
        broadcast, with_broadcast;
        online, with_online;
    );
    check!(Ipcr:
        reserved0, with_reserved0;
        channel, with_channel;
        reserved1, with_reserved1;
        point_to_point, with_point_to_point;
        broadcast, with_broadcast;
        online, with_online;
    );
    check!(Ompr:
        plugs, with_plugs;
        reserved, with_reserved;
        persistent_extension, with_persistent_extension;
        non_persistent_extension, with_non_persistent_extension;
        broadcast_channel_base, with_broadcast_channel_base;
        data_rate, with_data_rate;
    );
    check!(Impr:
        plugs, with_plugs;
        reserved, with_reserved;
        persistent_extension, with_persistent_extension;
        non_persistent_extension, with_non_persistent_extension;
        reserved1, with_reserved1;
        data_rate, with_data_rate;
    );
}

/// Fields stand where IEC 61883-1 draws them, by values worked out by hand.
#[test]
fn known_values() {
    // On-line, broadcast, 5 point-to-point, channel 63, S200, overhead ID 15, payload 122.
    let opcr = Opcr(0xC53F_7C7A);
    assert_eq!(
        (opcr.online(), opcr.broadcast(), opcr.point_to_point()),
        (1, 1, 5)
    );
    assert_eq!(
        (opcr.channel(), opcr.data_rate(), opcr.overhead_id()),
        (63, 1, 15)
    );
    assert_eq!((opcr.payload(), opcr.reserved()), (122, 0));

    // On-line, one point-to-point connection, channel 10.
    let ipcr = Ipcr(0x810A_0000);
    assert_eq!(
        (ipcr.online(), ipcr.broadcast(), ipcr.point_to_point()),
        (1, 0, 1)
    );
    assert_eq!(ipcr.channel(), 10);

    // S400, broadcast base 63, extensions 0xFF, 3 plugs.
    let ompr = Ompr(0xBFFF_FF03);
    assert_eq!(
        (
            ompr.data_rate(),
            ompr.broadcast_channel_base(),
            ompr.plugs()
        ),
        (2, 63, 3)
    );
    assert_eq!(ompr.non_persistent_extension(), 0xFF);

    let impr = Impr(0x80FF_FF1F);
    assert_eq!((impr.data_rate(), impr.plugs()), (2, 31));
}

#[test]
fn setters_cut_what_does_not_fit() {
    assert_eq!(Opcr(0).with_channel(0xFF).0, 0x003F_0000);
    assert_eq!(Opcr(u32::MAX).with_payload(0x400).0, 0xFFFF_FC00);
    assert_eq!(Ipcr(0).with_point_to_point(64).0, 0);
    assert_eq!(Ompr(0).with_plugs(32).0, 0);
}

/// Worked out by hand: payload and three quadlets, a quadlet's units by speed, and the overhead.
#[test]
fn bandwidth_by_payload_overhead_and_speed() {
    for (payload, overhead, rate, units) in [
        (122, 5, 2, 660),
        (122, 5, 1, 1160),
        (122, 5, 0, 2160),
        (122, 5, 3, 410),
        (122, 0, 2, 1012),
        (122, 15, 2, 980),
        (2, 1, 2, 52),
        (1, 1, 0, 96),
        (1023, 1, 2, 4136),
        (0, 1, 2, 4140),
        (0, 0, 0, 16944),
        (0xFC00 | 122, 0xF5, 0xFE, 660),
    ] {
        let told = (payload, overhead, rate);
        assert_eq!(bandwidth_units(payload, overhead, rate), units, "{told:?}");
        // What the other fields hold does not matter.
        for register in [Opcr(0), Opcr(u32::MAX)] {
            let register = register
                .with_payload(payload)
                .with_overhead_id(overhead)
                .with_data_rate(rate);
            assert_eq!(register.bandwidth_units(), units, "{told:?}");
        }
    }
    // Seven DV streams at S400 fit a cycle.
    assert_eq!(INITIAL_BANDWIDTH / bandwidth_units(122, 5, 2), 7);
}

/// The 64 quadlets from oMPR to `iPCR[30]`, and nothing else.
#[test]
fn every_plug_register_has_its_offset() {
    let mut offsets = Vec::new();
    for (master, first) in [
        (OMPR_ADDRESS, opcr_offset as fn(u32) -> Option<u32>),
        (IMPR_ADDRESS, ipcr_offset),
    ] {
        offsets.push((master - 0xFFFF_F000_0000) as u32);
        offsets.extend((0..=30).map(|plug| first(plug).unwrap()));
        assert_eq!(first(31), None);
        assert_eq!(first(u32::MAX), None);
    }
    assert_eq!(
        offsets,
        (0x900..=LAST_OFFSET).step_by(4).collect::<Vec<_>>()
    );
    for offset in (0..0x1000).step_by(if cfg!(miri) { 12 } else { 1 }) {
        let there = offsets.contains(&offset);
        let address = 0xFFFF_F000_0000 + u64::from(offset);
        assert_eq!(register_address(offset), there.then_some(address));
    }
    assert_eq!(register_address(u32::MAX), None);
    assert_eq!(register_address(0xF000_0900), None);
    assert_eq!(opcr_address(30), register_address(0x97C));
    assert_eq!(ipcr_address(30), register_address(0x9FC));
    assert_eq!((opcr_address(31), ipcr_address(31)), (None, None));
}
