//! Plug registers: for every one of the 2^32 values, decoding and encoding again gives the same
//! value.

use std::thread;

use plug61883_abi::pcr::{Impr, Ipcr, Ompr, Opcr};

/// Calls `round_trip` with every value (a sample under Miri), on all processors, and expects the
/// value back.
///
/// Built with optimisation, as the workspace's dev profile asks for this package, an inner loop
/// may take no time at all: the compiler sees that the fields make up the value. A field that
/// overlaps another, is too narrow or is left out makes the test fail all the same.
fn for_all_values(name: &str, round_trip: impl Fn(u32) -> u32 + Sync) {
    if cfg!(miri) {
        for bit in 0..32 {
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
