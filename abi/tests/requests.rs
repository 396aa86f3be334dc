//! Requests to the protocol driver and to the bus driver, and status names.

use plug61883_abi::av61883::{
    ARGUMENTS_SIZE, Arguments, AvPcr, AvRequest, BusReset, CipDataFormat, CipDataFormatV2, Connect,
    ConnectV2, CreatePlug, DDI_VERSION_2, DDI_VERSION_3, Disconnect, GetPlugState, GetUnitInfo,
    NodeAddress, Talk, block_period, function, talk_flags, unit_info_level,
};
use plug61883_abi::irb::{AsyncReadIrb, IOCTL_1394_CLASS, IRB_SIZE, REQUEST_ASYNC_READ};
use plug61883_abi::layout::{CLayout, Kind};
use plug61883_abi::pcr::{Ipcr, OMPR_ADDRESS, Opcr};
use plug61883_abi::status::{NAMED, NtStatus};
use proptest::prelude::*;
use zerocopy::IntoBytes;

#[test]
fn a_disconnect_as_bytes() {
    let request = AvRequest::new(
        DDI_VERSION_3,
        Disconnect {
            connection: 0xFFFF_A000_1234_5678,
        },
    );
    let mut bytes = [0_u8; 64];
    bytes[0] = 6;
    bytes[4] = 3;
    bytes[16..24].copy_from_slice(&0xFFFF_A000_1234_5678_u64.to_le_bytes());
    assert_eq!(request.as_bytes(), bytes);
}

#[test]
fn a_connect_as_bytes() {
    let arguments = Connect {
        output_plug: 0x1111,
        input_plug: 0x2222,
        connect_type: 1,
        format: CipDataFormat::DV_625_50,
        connection: 0,
    };
    let request = AvRequest::new(DDI_VERSION_3, arguments);
    let bytes = request.as_bytes();
    assert_eq!(bytes[0], 5);
    assert_eq!(bytes[16..18], [0x11, 0x11]);
    assert_eq!(bytes[24..26], [0x22, 0x22]);
    assert_eq!(bytes[32], 1);
    assert_eq!(bytes[36..44], [0x80, 0x80, 0, 0, 0, 0, 120, 0]);
    assert_eq!(bytes[44..48], 3276_u32.to_le_bytes());
    assert_eq!(bytes[48..52], 800_000_000_u32.to_le_bytes());
    assert_eq!(bytes[52..64], [0; 12]);
}

#[test]
fn both_versions_of_connect_agree() {
    let connect = Connect {
        output_plug: 1,
        input_plug: 2,
        connect_type: 1,
        format: CipDataFormat::DV_525_60,
        connection: 3,
    };
    let v2 = ConnectV2 {
        output_plug: 1,
        input_plug: 2,
        connect_type: 1,
        format: CipDataFormat::DV_525_60.to_v2(),
        _pad0: 0,
        connection: 3,
    };
    let (connect, v2) = (
        AvRequest::new(DDI_VERSION_2, connect),
        AvRequest::new(DDI_VERSION_2, v2),
    );
    assert_eq!(connect, v2);
    assert_eq!(connect.function, function::CONNECT);
}

#[test]
fn formats_of_dv() {
    let (ntsc, pal) = (CipDataFormat::DV_525_60, CipDataFormat::DV_625_50);
    assert_eq!((ntsc.fmt, ntsc.fdf_hi, ntsc.block_size), (0x80, 0x00, 120));
    assert_eq!((pal.fmt, pal.fdf_hi, pal.block_size), (0x80, 0x80, 120));
    assert_eq!(CipDataFormat::from(pal.to_v2()), pal);
    // A frame is 250 blocks of 525-60 and 300 of 625-50. The period times the blocks of a second
    // is the clock's ticks of a second; the remainder counts billionths of a tick.
    let ticks =
        |whole: u32, remainder: u32| u128::from(whole) * 1_000_000_000 + u128::from(remainder);
    let ntsc_period = ticks(
        block_period::DVCR_525_60,
        block_period::DVCR_525_60_REMAINDER,
    );
    assert_eq!(
        ntsc_period * 250 * 30_000 / 1001 / 1_000_000_000,
        24_576_000
    );
    let pal_period = ticks(
        block_period::DVCR_625_50,
        block_period::DVCR_625_50_REMAINDER,
    );
    assert_eq!(pal_period * 300 * 25, 24_576_000 * 1_000_000_000);
}

#[test]
fn arguments_that_are_written_leave_the_rest_alone() {
    let mut request = AvRequest::new(
        DDI_VERSION_3,
        GetPlugState {
            plug: 7,
            ..GetPlugState::default()
        },
    );
    request.flags = talk_flags::DOUBLE_BUFFER;
    request.body[5] = u64::MAX;
    request.set_arguments(Talk { connection: 9 });
    assert_eq!(request.function, function::GET_PLUG_STATE);
    assert_eq!(request.flags, talk_flags::DOUBLE_BUFFER);
    assert_eq!(request.body, [9, 0, 0, 0, 0, u64::MAX]);
    assert_eq!(request.arguments::<Talk>().connection, 9);
}

#[test]
fn a_request_without_arguments() {
    let request = AvRequest::new(DDI_VERSION_3, BusReset);
    assert_eq!(request.function, function::BUS_RESET);
    assert_eq!(request.body, [0; 6]);
    assert_eq!(request.arguments::<BusReset>(), BusReset);
}

#[test]
fn information_is_an_address() {
    let request = AvRequest::new(
        DDI_VERSION_3,
        GetUnitInfo {
            level: unit_info_level::IDS,
            information: 0xFFFF_8000_0000_1000,
            ..GetUnitInfo::default()
        },
    );
    assert_eq!(request.body[..2], [1, 0xFFFF_8000_0000_1000]);
}

#[test]
fn registers_in_arguments() {
    let pcr = AvPcr::from(Opcr(0).with_online(1).with_payload(122));
    assert_eq!(pcr.opcr().payload(), 122);
    assert_eq!(pcr.ipcr().online(), 1);
    assert_eq!(AvPcr::from(Ipcr(5)).0, 5);
    let request = AvRequest::new(
        DDI_VERSION_3,
        CreatePlug {
            pcr,
            ..CreatePlug::default()
        },
    );
    assert_eq!(request.as_bytes()[20..24], [122, 0, 0, 0x80]);
}

#[test]
fn node_addresses() {
    let address = NodeAddress::new(NodeAddress::LOCAL_BUS, 1);
    assert_eq!(address.0, 0xFFC1);
    assert_eq!((address.bus(), address.node()), (0x3FF, 1));
    assert_eq!(address.to_string(), "0xFFC1");
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: if cfg!(miri) { 4 } else { 1024 },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn round_trip<A: Arguments + PartialEq + core::fmt::Debug>(body: [u64; 6]) {
    let request = AvRequest {
        body,
        ..AvRequest::default()
    };
    let arguments: A = request.arguments();
    let again = AvRequest::new(DDI_VERSION_3, arguments);
    let size = size_of::<A>();
    assert_eq!(again.function, A::FUNCTION);
    assert_eq!(again.arguments::<A>(), arguments);
    assert_eq!(again.body.as_bytes()[..size], body.as_bytes()[..size]);
    assert!(
        again.body.as_bytes()[size..ARGUMENTS_SIZE]
            .iter()
            .all(|&byte| byte == 0)
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arguments_round_trip(body: [u64; 6]) {
        use plug61883_abi::av61883::*;
        round_trip::<GetUnitInfo>(body);
        round_trip::<SetUnitInfo>(body);
        round_trip::<SetPlug>(body);
        round_trip::<GetPlugHandle>(body);
        round_trip::<GetPlugState>(body);
        round_trip::<Connect>(body);
        round_trip::<ConnectV2>(body);
        round_trip::<Disconnect>(body);
        round_trip::<AttachFrame>(body);
        round_trip::<CancelFrame>(body);
        round_trip::<Talk>(body);
        round_trip::<Listen>(body);
        round_trip::<Stop>(body);
        round_trip::<SendFcpRequest>(body);
        round_trip::<GetFcpResponse>(body);
        round_trip::<GetFcpRequest>(body);
        round_trip::<SendFcpResponse>(body);
        round_trip::<SetFcpNotify>(body);
        round_trip::<CreatePlug>(body);
        round_trip::<DeletePlug>(body);
        round_trip::<BusResetNotify>(body);
        round_trip::<BusReset>(body);
        round_trip::<SetUnitDirectory>(body);
        round_trip::<MonitorPlugs>(body);
    }

    #[test]
    fn formats_round_trip(fields: [u8; 16]) {
        let v2: CipDataFormatV2 = zerocopy::transmute!(fields);
        prop_assert_eq!(CipDataFormat::from(v2).to_v2(), v2);
    }

    #[test]
    fn quadlet_reads(offset in 0_u64..1 << 48, mdl: u64, generation: u32) {
        let irb = AsyncReadIrb::quadlet(offset, mdl, generation);
        prop_assert_eq!((irb.offset(), irb.mdl, irb.generation), (offset, mdl, generation));
    }
}

/// A read of oMPR, against bytes laid out by hand from 1394.h.
#[test]
fn an_irb_as_bytes() {
    assert_eq!(IOCTL_1394_CLASS, 0x0022_021D);
    let irb = AsyncReadIrb::quadlet(OMPR_ADDRESS, 0xFFFF_A000_0000_0040, 7);
    let mut bytes = [0_u8; IRB_SIZE];
    bytes[..4].copy_from_slice(&REQUEST_ASYNC_READ.to_le_bytes());
    bytes[140..142].copy_from_slice(&0xFFFF_u16.to_le_bytes());
    bytes[144..148].copy_from_slice(&0xF000_0900_u32.to_le_bytes());
    bytes[148..152].copy_from_slice(&4_u32.to_le_bytes());
    bytes[160..168].copy_from_slice(&0xFFFF_A000_0000_0040_u64.to_le_bytes());
    bytes[168..172].copy_from_slice(&7_u32.to_le_bytes());
    assert_eq!(irb.as_bytes(), bytes);
    assert_eq!(
        AsyncReadIrb::quadlet(u64::MAX, 0, 0).offset(),
        0xFFFF_FFFF_FFFF
    );
}

#[test]
fn an_irb_is_described() {
    let layout = AsyncReadIrb::C_LAYOUT;
    assert_eq!((layout.size, layout.align), (IRB_SIZE, 8));
    let member = |name: &str| {
        layout
            .members
            .iter()
            .find(|member| member.name == name)
            .unwrap()
    };
    assert_eq!(member("PortReserved").offset, 72);
    assert!(matches!(member("BusReserved").kind, Kind::Whole(inner) if inner.size == 64));
}

#[test]
fn statuses_have_names() {
    assert_eq!(NtStatus::SUCCESS.to_string(), "STATUS_SUCCESS (0x00000000)");
    assert_eq!(
        NtStatus::INVALID_PARAMETER.to_string(),
        "STATUS_INVALID_PARAMETER (0xC000000D)"
    );
    assert_eq!(
        format!("{:?}", NtStatus::CANCELLED),
        "STATUS_CANCELLED (0xC0000120)"
    );
    assert_eq!(NtStatus(0xC0FF_EE00).to_string(), "NTSTATUS 0xC0FFEE00");
    assert_eq!(NtStatus(0xC0FF_EE00).name(), None);
    assert_eq!(NtStatus(0xC0FF_EE00).meaning(), None);
    assert_eq!(NtStatus::default(), NtStatus::SUCCESS);

    let mut values: Vec<u32> = NAMED.iter().map(|status| status.0).collect();
    values.sort_unstable();
    values.dedup();
    assert_eq!(values.len(), NAMED.len(), "a status stands twice");
    for &status in NAMED {
        assert!(status.name().unwrap().starts_with("STATUS_"));
        assert!(!status.meaning().unwrap().is_empty());
        assert_eq!(NtStatus::from_raw(status.to_raw()), status);
    }
}

#[test]
fn severities() {
    assert!(NtStatus::SUCCESS.is_success());
    assert!(NtStatus::PENDING.is_success());
    assert!(NtStatus::OBJECT_NAME_EXISTS.is_success());
    assert!(!NtStatus::BUFFER_OVERFLOW.is_success());
    assert!(!NtStatus::INVALID_PARAMETER.is_success());
}
