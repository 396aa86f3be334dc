//! What is handed over to the driver.

use plug61883_abi::ioctl::{CreatePlugReply, DirectoryReply, PersistRequest};

use super::*;

/// A driver that makes what it is told; how it answers PERSIST.
fn making(answer: fn() -> Result<Vec<u8>, Failure>) -> (Scripted, Driver) {
    let scripted = Scripted::new(move |sent| match sent.code {
        ioctl::CREATE_PLUG => reply(CreatePlugReply {
            header: success::<CreatePlugReply>(),
            plug: LOCAL,
            number: 2,
            reserved: 0,
        }),
        ioctl::ADD_DIRECTORY => reply(DirectoryReply {
            header: success::<DirectoryReply>(),
            directory: DIRECTORY,
        }),
        ioctl::CONNECT => reply(ConnectReply {
            header: success::<ConnectReply>(),
            connection: CONNECTION,
        }),
        ioctl::PERSIST => answer(),
        _ => reply(success::<ReplyHeader>()),
    });
    (scripted.clone(), Driver::with_transport(scripted))
}

/// Makes a connection, a plug and a unit directory; tries to let each persist, and drops it.
fn try_all(driver: &Driver) -> [Result<Answer, Error>; 3] {
    let unit = Unit::by_id(driver, UNIT);
    let mut connection = unit.connect(&Connect::new().output(OUT0)).unwrap();
    let mut plug = unit.create_plug(&CreatePlug::input(Ipcr(0))).unwrap();
    let mut directory = unit.add_directory(&AddDirectory::new(1, 2)).unwrap();
    let persisted = [connection.persist(), plug.persist(), directory.persist()];
    let persistent = [
        connection.is_persistent(),
        plug.is_persistent(),
        directory.is_persistent(),
    ];
    assert_eq!(persistent, [0, 1, 2].map(|index| persisted[index].is_ok()));
    persisted
}

fn driver_alone() -> Result<Vec<u8>, Failure> {
    reply(ReplyHeader {
        origin: 0,
        ..success::<ReplyHeader>()
    })
}

#[test]
fn what_persists_stays_when_it_is_dropped() {
    let (scripted, driver) = making(driver_alone);
    for answer in try_all(&driver) {
        assert_eq!(answer.unwrap().source, Source::Plug61883);
    }
    let made = [ioctl::CONNECT, ioctl::CREATE_PLUG, ioctl::ADD_DIRECTORY];
    assert_eq!(codes(&scripted)[..3], made);
    assert_eq!(codes(&scripted)[3..], [ioctl::PERSIST; 3]);
    let ids = [CONNECTION.0, LOCAL.0, DIRECTORY.0];
    for (index, (sent, id)) in scripted.sent()[3..].iter().zip(ids).enumerate() {
        assert_eq!(sent.output, 16);
        let expected = PersistRequest {
            header: RequestHeader {
                size: 40,
                version: 1,
                ..RequestHeader::default()
            },
            id,
            kind: index as u32 + 1,
            reserved: 0,
        };
        assert_eq!(sent.input, expected.as_bytes());
    }
}

#[test]
fn what_could_not_be_handed_over_ends_as_before() {
    let (scripted, driver) = making(|| Err(refusal(NtStatus::QUOTA_EXCEEDED)));
    let texts = try_all(&driver).map(|result| result.unwrap_err().to_string());
    let why = "STATUS_QUOTA_EXCEEDED (0xC0000044) from plug61883: a limit is reached";
    assert_eq!(
        texts,
        [
            format!("could not let connection 5.2 persist: {why}"),
            format!("could not let plug 1.li2.7 persist: {why}"),
            format!("could not let unit directory 2.4 persist: {why}"),
        ]
    );
    // In the order in which the values went out of scope.
    let undone = [
        ioctl::REMOVE_DIRECTORY,
        ioctl::DELETE_PLUG,
        ioctl::DISCONNECT,
    ];
    assert_eq!(codes(&scripted)[6..], undone);
}

#[test]
fn what_persists_is_still_undone_when_it_is_told_to() {
    let (scripted, driver) = making(driver_alone);
    let unit = Unit::by_id(&driver, UNIT);
    let mut connection = unit.connect(&Connect::new().output(OUT0)).unwrap();
    connection.persist().unwrap();
    connection.disconnect().unwrap();
    let sent = [ioctl::CONNECT, ioctl::PERSIST, ioctl::DISCONNECT];
    assert_eq!(codes(&scripted), sent);
    // By its id, too.
    driver.persist_connection(CONNECTION).unwrap();
    driver.persist_plug(LOCAL).unwrap();
    driver.persist_directory(DIRECTORY).unwrap();
    assert_eq!(codes(&scripted)[3..], [ioctl::PERSIST; 3]);
}
