// The IOCTL interface of plug61883.sys, for C and C++, 32 and 64 bits. docs/ioctl.md explains it.
//
// Written by `cargo xtask header` from the Rust crate plug61883-abi: do not edit.
//
// SPDX-License-Identifier: MIT OR Apache-2.0

#ifndef PLUG61883_H
#define PLUG61883_H

#include <stdint.h>

// Version of the interface that this module describes.
#define PLUG61883_INTERFACE_VERSION 1u
// Win32 path of the control device.
#define PLUG61883_DEVICE_PATH "\\\\.\\Plug61883"
#define PLUG61883_DEVICE_PATH_W L"\\\\.\\Plug61883"
// Units that the driver can hold at once.
#define PLUG61883_MAX_UNITS 32u
// Handles that can be open at once.
#define PLUG61883_MAX_HANDLES 64u
// Connections that the driver can hold at once, all units together, those of other drivers among
// them.
#define PLUG61883_MAX_CONNECTIONS 256u
// Plugs of this computer that the driver can hold at once, all units together.
#define PLUG61883_MAX_PLUGS 64u
// Unit directories that the driver can hold at once, all units together.
#define PLUG61883_MAX_DIRECTORIES 16u
// Requests that can be under way at once, all handles together; waits for events are not among
// them.
#define PLUG61883_MAX_OPERATIONS 128u
// Waits for events that a handle can have under way at once.
#define PLUG61883_MAX_WAITS 4u
// Events that the driver keeps; a handle that is further behind loses the oldest.
#define PLUG61883_MAX_EVENTS 256u
// Handles that one process can have open at once.
#define PLUG61883_MAX_PROCESS_HANDLES 16u
// Connections that one process can own at once, through all its handles; as many again can be
// persistent, all processes together, and as many again of other drivers are followed.
#define PLUG61883_MAX_PROCESS_CONNECTIONS 64u
// Plugs that one process can own at once; persistent ones and those of other drivers as with
// connections.
#define PLUG61883_MAX_PROCESS_PLUGS 16u
// Unit directories that one process can own at once; persistent ones as with connections.
#define PLUG61883_MAX_PROCESS_DIRECTORIES 4u
// Requests that one process can have under way at once.
#define PLUG61883_MAX_PROCESS_OPERATIONS 32u
// Time that a request may take when it names none, in milliseconds.
#define PLUG61883_DEFAULT_TIMEOUT_MS 5000u
// Longest time that a request may ask for, in milliseconds.
#define PLUG61883_MAX_TIMEOUT_MS 60000u
// UTF-16 units that a text of a unit can have, the ending NUL included.
#define PLUG61883_TEXT_UNITS 64u
// FILE_READ_ACCESS of a control code.
#define PLUG61883_READ_ACCESS 1u
// FILE_WRITE_ACCESS of a control code.
#define PLUG61883_WRITE_ACCESS 2u

// PLUG61883_INTERFACE: what the driver is. Request: PLUG61883_REQUEST_HEADER.
#define PLUG61883_IOCTL_QUERY_INTERFACE 0x98836000u

// PLUG61883_LIST of PLUG61883_UNIT_ENTRY. Request: PLUG61883_REQUEST_HEADER.
#define PLUG61883_IOCTL_LIST_UNITS 0x98836004u

// PLUG61883_UNIT_INFO of one unit at one level. Request: PLUG61883_UNIT_INFO_REQUEST.
#define PLUG61883_IOCTL_UNIT_INFO 0x98836008u

// PLUG61883_PLUG_REPLY: the id of a plug, by its number. Request: PLUG61883_PLUG_REQUEST.
#define PLUG61883_IOCTL_GET_PLUG 0x9883600Cu

// PLUG61883_PLUG_STATE of a plug. Request: PLUG61883_PLUG_STATE_REQUEST.
#define PLUG61883_IOCTL_PLUG_STATE 0x98836010u

// PLUG61883_LIST of PLUG61883_PLUG_ENTRY: the plugs whose ids are given out. Request:
// PLUG61883_REQUEST_HEADER, whose unit may be PLUG61883_UNIT_ID_NONE for all.
#define PLUG61883_IOCTL_LIST_PLUGS 0x98836014u

// PLUG61883_LIST of PLUG61883_CONNECTION_ENTRY. Request: PLUG61883_REQUEST_HEADER, whose unit may
// be PLUG61883_UNIT_ID_NONE for all.
#define PLUG61883_IOCTL_LIST_CONNECTIONS 0x98836018u

// PLUG61883_CONNECT_REPLY: makes a connection. Request: PLUG61883_CONNECT_REQUEST.
#define PLUG61883_IOCTL_CONNECT 0x9883A01Cu

// PLUG61883_REPLY_HEADER: breaks a connection. Request: PLUG61883_DISCONNECT_REQUEST.
#define PLUG61883_IOCTL_DISCONNECT 0x9883A020u

// PLUG61883_REPLY_HEADER: sets something of a unit. Request: PLUG61883_SET_UNIT_INFO_REQUEST.
#define PLUG61883_IOCTL_SET_UNIT_INFO 0x9883A024u

// PLUG61883_CREATE_PLUG_REPLY: makes a plug of this computer. Request:
// PLUG61883_CREATE_PLUG_REQUEST.
#define PLUG61883_IOCTL_CREATE_PLUG 0x9883A028u

// PLUG61883_REPLY_HEADER: writes the register of a plug. Request: PLUG61883_SET_PLUG_REQUEST.
#define PLUG61883_IOCTL_SET_PLUG 0x9883A02Cu

// PLUG61883_REPLY_HEADER: deletes a plug of this computer. Request: PLUG61883_REMOVE_REQUEST with
// the plug.
#define PLUG61883_IOCTL_DELETE_PLUG 0x9883A030u

// PLUG61883_REPLY_HEADER: resets the bus. Request: PLUG61883_REQUEST_HEADER.
#define PLUG61883_IOCTL_BUS_RESET 0x9883A034u

// PLUG61883_DIRECTORY_REPLY: adds a unit directory to this computer's configuration ROM. Request:
// PLUG61883_ADD_DIRECTORY_REQUEST.
#define PLUG61883_IOCTL_ADD_DIRECTORY 0x9883A038u

// PLUG61883_REPLY_HEADER: removes a unit directory. Request: PLUG61883_REMOVE_REQUEST with the
// directory.
#define PLUG61883_IOCTL_REMOVE_DIRECTORY 0x9883A03Cu

// PLUG61883_LIST of PLUG61883_DIRECTORY_ENTRY. Request: PLUG61883_REQUEST_HEADER, whose unit may be
// PLUG61883_UNIT_ID_NONE for all.
#define PLUG61883_IOCTL_LIST_DIRECTORIES 0x98836040u

// PLUG61883_EVENT_BATCH: what has happened; it is pended until something does. Request:
// PLUG61883_WAIT_EVENTS_REQUEST.
#define PLUG61883_IOCTL_WAIT_EVENTS 0x98836044u

// PLUG61883_SNAPSHOT: all units, plugs, connections and unit directories at one moment; from there
// the handle's events go on. Request: PLUG61883_REQUEST_HEADER.
#define PLUG61883_IOCTL_SNAPSHOT 0x98836048u

// PLUG61883_REPLY_HEADER: hands what the handle made over to the driver. Request:
// PLUG61883_PERSIST_REQUEST.
#define PLUG61883_IOCTL_PERSIST 0x9883A04Cu

// PLUG61883_REGISTER_REPLY: a plug register of a unit's device. Request:
// PLUG61883_REGISTER_REQUEST.
#define PLUG61883_IOCTL_READ_REGISTER 0x98836050u

// Flags of PLUG61883_CONNECT_REQUEST.

// The connection stays when the handle that made it closes.
#define PLUG61883_CONNECT_PERSIST 0x01u

// Flags of PLUG61883_CREATE_PLUG_REQUEST.

// The plug stays when the handle that made it closes.
#define PLUG61883_CREATE_PERSIST 0x01u

// Flags of PLUG61883_DISCONNECT_REQUEST and PLUG61883_REMOVE_REQUEST.

// Undo what another handle has made, or break what another driver has connected. Its plugs are
// never deleted: it goes on using their handles.
#define PLUG61883_DISCONNECT_FORCE 0x01u

// Flags of PLUG61883_SET_UNIT_INFO_REQUEST.

// The diagnostic level may be set, which changes how the protocol driver treats the bus.
#define PLUG61883_SET_UNIT_INFO_ALLOW_DIAG_LEVEL 0x01u

// Flags of PLUG61883_ADD_DIRECTORY_REQUEST and, for a directory, of PLUG61883_REMOVE_REQUEST.

// The directory stays when the handle that added it closes (when it is added).
#define PLUG61883_DIRECTORY_PERSIST 0x01u
// Reset the bus afterwards, so that other nodes read the configuration ROM again.
#define PLUG61883_DIRECTORY_BUS_RESET 0x02u

// What PLUG61883_PERSIST_REQUEST names.

// A connection.
#define PLUG61883_PERSIST_KIND_CONNECTION 1u
// A plug of this computer.
#define PLUG61883_PERSIST_KIND_PLUG 2u
// A unit directory.
#define PLUG61883_PERSIST_KIND_DIRECTORY 3u

// Flags of PLUG61883_WAIT_EVENTS_REQUEST.

// Answer at once, with no event if there is none.
#define PLUG61883_WAIT_NO_WAIT 0x01u

// Owners of connections, plugs and unit directories.

// The handle that asks.
#define PLUG61883_OWNER_THIS_HANDLE 0u
// Another handle.
#define PLUG61883_OWNER_OTHER_HANDLE 1u
// plug61883: it was made with PERSIST, or handed over later.
#define PLUG61883_OWNER_DRIVER 2u
// Another driver, above plug61883.
#define PLUG61883_OWNER_FOREIGN 3u
// The device: one of its own plugs.
#define PLUG61883_OWNER_DEVICE 4u

// What PLUG61883_UNIT_ENTRY tells of a unit.

// The protocol driver has not told its DDI version yet.
#define PLUG61883_UNIT_STATE_ASKING 0u
// plug61883 manages it.
#define PLUG61883_UNIT_STATE_MANAGED 1u
// Its protocol driver speaks DDI version 1 only: every request for the unit is refused with
// STATUS_REVISION_MISMATCH.
#define PLUG61883_UNIT_STATE_UNSUPPORTED 2u
// It is leaving: requests for it get STATUS_NO_SUCH_DEVICE.
#define PLUG61883_UNIT_STATE_LEAVING 3u

// Which plugs a connection has.

// It has an output plug.
#define PLUG61883_ENDS_OUTPUT 0x01u
// It has an input plug.
#define PLUG61883_ENDS_INPUT 0x02u

// Kinds of PLUG61883_EVENT.

// A unit has come.
#define PLUG61883_EVENT_KIND_UNIT_ARRIVED 1u
// A unit has left.
#define PLUG61883_EVENT_KIND_UNIT_REMOVED 2u
// A connection was made.
#define PLUG61883_EVENT_KIND_CONNECTED 3u
// A connection is gone.
#define PLUG61883_EVENT_KIND_DISCONNECTED 4u
// A plug of this computer was made.
#define PLUG61883_EVENT_KIND_PLUG_CREATED 5u
// A plug of this computer is gone.
#define PLUG61883_EVENT_KIND_PLUG_REMOVED 6u
// The register of a plug of this computer has changed.
#define PLUG61883_EVENT_KIND_PLUG_CHANGED 7u
// The bus was reset.
#define PLUG61883_EVENT_KIND_BUS_RESET 8u

// Why a connection or a plug is gone.

// Its owner asked for it.
#define PLUG61883_EVENT_REASON_ASKED 1u
// The handle that owned it was closed, or its process ended.
#define PLUG61883_EVENT_REASON_OWNER_GONE 2u
// Its unit left.
#define PLUG61883_EVENT_REASON_UNIT_GONE 3u
// Somebody else broke it, with FORCE.
#define PLUG61883_EVENT_REASON_FORCED 4u
// The protocol driver could not re-establish it after a bus reset.
#define PLUG61883_EVENT_REASON_LOST 5u

// State of a plug, as CMP_GET_PLUG_STATE gives it.

// Off-line, not connected.
#define PLUG61883_PLUG_STATE_IDLE 0u
// On-line, not connected.
#define PLUG61883_PLUG_STATE_READY 1u
// Connected while off-line.
#define PLUG61883_PLUG_STATE_SUSPENDED 2u
// On-line and connected.
#define PLUG61883_PLUG_STATE_ACTIVE 3u

// Data rate of a plug. These are not the speed flags of 1394.h.

// 98.304 Mbit/s.
#define PLUG61883_SPEED_S100 0u
// 196.608 Mbit/s.
#define PLUG61883_SPEED_S200 1u
// 393.216 Mbit/s.
#define PLUG61883_SPEED_S400 2u

// Where a plug is (CMP_PLUG_LOCATION).

// On this computer.
#define PLUG61883_PLUG_LOCATION_LOCAL 0u
// On the device.
#define PLUG61883_PLUG_LOCATION_REMOTE 1u

// Kind of a connection (CMP_CONNECT_TYPE).

// Broadcast-out or broadcast-in connection: one plug, anyone may break it.
#define PLUG61883_CONNECT_TYPE_BROADCAST 0u
// Point-to-point connection of an output plug and an input plug.
#define PLUG61883_CONNECT_TYPE_POINT_TO_POINT 1u

// Flags of a request Av61883_GetUnitInfo at level PLUG61883_UNIT_INFO_LEVEL_CAPABILITIES: whose
// information is read.

// The device's.
#define PLUG61883_UNIT_INFO_DEVICE 0u
// This computer's.
#define PLUG61883_UNIT_INFO_LOCAL 1u

// Bits of UNIT_DIAG_LEVEL.

// None of the others.
#define PLUG61883_DIAG_LEVEL_NONE 0x00u
// Do not program the device's oPCR.
#define PLUG61883_DIAG_LEVEL_IGNORE_OPLUG 0x01u
// Do not program the device's iPCR.
#define PLUG61883_DIAG_LEVEL_IGNORE_IPLUG 0x02u
// Set the channel to 63 when disconnecting.
#define PLUG61883_DIAG_LEVEL_SET_CHANNEL_63 0x04u
// Do not free isochronous resources when disconnecting the device's iPCR.
#define PLUG61883_DIAG_LEVEL_IPCR_IGNORE_FREE 0x08u
// Hide the device's output plugs. Not documented; the meaning is that of the name.
#define PLUG61883_DIAG_LEVEL_HIDE_OPLUG 0x10u
// Always allocate isochronous resources for the device's iPCR. Not documented; the meaning is that
// of the name.
#define PLUG61883_DIAG_LEVEL_IPCR_ALWAYS_ALLOC 0x20u
// The caller specifies the block size. Not documented; the meaning is that of the name.
#define PLUG61883_DIAG_LEVEL_SPECIFY_BLOCK_SIZE 0x40u

// nLevel of GET_UNIT_INFO: what information points to.

// GET_UNIT_IDS.
#define PLUG61883_UNIT_INFO_LEVEL_IDS 1u
// GET_UNIT_CAPABILITIES.
#define PLUG61883_UNIT_INFO_LEVEL_CAPABILITIES 2u
// PLUG61883_UNIT_ISOCH_PARAMS.
#define PLUG61883_UNIT_INFO_LEVEL_ISOCH_PARAMS 3u
// BUS_GENERATION_NODE.
#define PLUG61883_UNIT_INFO_LEVEL_BUS_GENERATION_NODE 4u
// UNIT_DDI_VERSION.
#define PLUG61883_UNIT_INFO_LEVEL_DDI_VERSION 5u
// UNIT_DIAG_LEVEL.
#define PLUG61883_UNIT_INFO_LEVEL_DIAG_LEVEL 6u

// nLevel of SET_UNIT_INFO: what information points to.

// UNIT_DIAG_LEVEL.
#define PLUG61883_SET_UNIT_INFO_LEVEL_DIAG_LEVEL 1u
// PLUG61883_UNIT_ISOCH_PARAMS.
#define PLUG61883_SET_UNIT_INFO_LEVEL_ISOCH_PARAMS 2u
// SET_CMP_ADDRESS_TYPE.
#define PLUG61883_SET_UNIT_INFO_LEVEL_CMP_ADDRESS_RANGE_TYPE 3u

// Who can reach this computer's plugs; SET_CMP_ADDRESS_TYPE.

// Every node of the bus; the default.
#define PLUG61883_ADDRESS_TYPE_GLOBAL 1u
// Only the device that the driver is loaded for. To be set before plugs are created.
#define PLUG61883_ADDRESS_TYPE_EXCLUSIVE 2u

// hardware_flags of GET_UNIT_CAPABILITIES.

// The host double-buffers DMA: packets times packet size of PLUG61883_UNIT_ISOCH_PARAMS may be 64
// KiB at most.
#define PLUG61883_HARDWARE_DMA_DOUBLE_BUFFERING 0x01u

// Time of a data block of DV streams in ticks of the 1394 clock (24.576 MHz): whole ticks and the
// rest in billionths of a tick, as PLUG61883_CIP_DATA_FORMAT holds them.

// Whole ticks, 525 lines at 60 Hz.
#define PLUG61883_BLOCK_PERIOD_DVCR_525_60 3280u
// Remainder, 525 lines at 60 Hz.
#define PLUG61883_BLOCK_PERIOD_DVCR_525_60_REMAINDER 76800000u
// Whole ticks, 625 lines at 50 Hz.
#define PLUG61883_BLOCK_PERIOD_DVCR_625_50 3276u
// Remainder, 625 lines at 50 Hz.
#define PLUG61883_BLOCK_PERIOD_DVCR_625_50_REMAINDER 800000000u

// Who gave a status.

// plug61883 itself, nothing was asked of the protocol driver.
#define PLUG61883_ORIGIN_DRIVER 0u
// The protocol driver, 61883.sys.
#define PLUG61883_ORIGIN_PROTOCOL 1u

// Which way a plug faces (CMP_PLUG_TYPE of 61883.h).

// An output plug, described by an oPCR (CMP_PlugOut).
#define PLUG61883_DIRECTION_OUT 0u
// An input plug, described by an iPCR (CMP_PlugIn).
#define PLUG61883_DIRECTION_IN 1u

// Ids that name nothing.

#define PLUG61883_UNIT_ID_NONE UINT64_C(0)
#define PLUG61883_CONNECTION_ID_NONE UINT64_C(0)
#define PLUG61883_DIRECTORY_ID_NONE UINT64_C(0)
#define PLUG61883_PLUG_ID_NONE UINT64_C(0)

// Output plug control register (IEC 61883-1, clause 7.7; OPCR of 61883.h).

// Payload of one isochronous packet in quadlets, 0 standing for 1024.
#define PLUG61883_OPCR_PAYLOAD_MASK 0x000003FFu
#define PLUG61883_OPCR_PAYLOAD_SHIFT 0u
// Overhead ID: index of the bandwidth overhead of a packet, 0..=15 (IEC 61883-1, clause 7.7, table
// of overhead IDs).
#define PLUG61883_OPCR_OVERHEAD_ID_MASK 0x00003C00u
#define PLUG61883_OPCR_OVERHEAD_ID_SHIFT 10u
// Speed of the stream: 0 = S100, 1 = S200, 2 = S400, 3 = see the extended rate.
#define PLUG61883_OPCR_DATA_RATE_MASK 0x0000C000u
#define PLUG61883_OPCR_DATA_RATE_SHIFT 14u
// Isochronous channel, 0..=63.
#define PLUG61883_OPCR_CHANNEL_MASK 0x003F0000u
#define PLUG61883_OPCR_CHANNEL_SHIFT 16u
// Reserved bits (later editions: extended data rate).
#define PLUG61883_OPCR_RESERVED_MASK 0x00C00000u
#define PLUG61883_OPCR_RESERVED_SHIFT 22u
// Point-to-point connection counter, 0..=63.
#define PLUG61883_OPCR_POINT_TO_POINT_MASK 0x3F000000u
#define PLUG61883_OPCR_POINT_TO_POINT_SHIFT 24u
// Broadcast connection counter, 0 or 1.
#define PLUG61883_OPCR_BROADCAST_MASK 0x40000000u
#define PLUG61883_OPCR_BROADCAST_SHIFT 30u
// 1 when the plug is on-line.
#define PLUG61883_OPCR_ONLINE_MASK 0x80000000u
#define PLUG61883_OPCR_ONLINE_SHIFT 31u

// Input plug control register (IEC 61883-1, clause 7.8; IPCR of 61883.h).

// Reserved, low 16 bits.
#define PLUG61883_IPCR_RESERVED0_MASK 0x0000FFFFu
#define PLUG61883_IPCR_RESERVED0_SHIFT 0u
// Isochronous channel, 0..=63.
#define PLUG61883_IPCR_CHANNEL_MASK 0x003F0000u
#define PLUG61883_IPCR_CHANNEL_SHIFT 16u
// Reserved, bits 22 and 23.
#define PLUG61883_IPCR_RESERVED1_MASK 0x00C00000u
#define PLUG61883_IPCR_RESERVED1_SHIFT 22u
// Point-to-point connection counter, 0..=63.
#define PLUG61883_IPCR_POINT_TO_POINT_MASK 0x3F000000u
#define PLUG61883_IPCR_POINT_TO_POINT_SHIFT 24u
// Broadcast connection counter, 0 or 1.
#define PLUG61883_IPCR_BROADCAST_MASK 0x40000000u
#define PLUG61883_IPCR_BROADCAST_SHIFT 30u
// 1 when the plug is on-line.
#define PLUG61883_IPCR_ONLINE_MASK 0x80000000u
#define PLUG61883_IPCR_ONLINE_SHIFT 31u

// Output master plug register (IEC 61883-1, clause 7.5).

// Number of output plugs, 0..=31.
#define PLUG61883_OMPR_PLUGS_MASK 0x0000001Fu
#define PLUG61883_OMPR_PLUGS_SHIFT 0u
// Reserved (later editions: extended data rate capability).
#define PLUG61883_OMPR_RESERVED_MASK 0x000000E0u
#define PLUG61883_OMPR_RESERVED_SHIFT 5u
// Extension field that a bus reset leaves alone.
#define PLUG61883_OMPR_PERSISTENT_EXTENSION_MASK 0x0000FF00u
#define PLUG61883_OMPR_PERSISTENT_EXTENSION_SHIFT 8u
// Extension field that a bus reset clears.
#define PLUG61883_OMPR_NON_PERSISTENT_EXTENSION_MASK 0x00FF0000u
#define PLUG61883_OMPR_NON_PERSISTENT_EXTENSION_SHIFT 16u
// Base of the channels that broadcast output plugs use; 63 when there is none.
#define PLUG61883_OMPR_BROADCAST_CHANNEL_BASE_MASK 0x3F000000u
#define PLUG61883_OMPR_BROADCAST_CHANNEL_BASE_SHIFT 24u
// Highest speed of the node's output plugs.
#define PLUG61883_OMPR_DATA_RATE_MASK 0xC0000000u
#define PLUG61883_OMPR_DATA_RATE_SHIFT 30u

// Input master plug register (IEC 61883-1, clause 7.6).

// Number of input plugs, 0..=31.
#define PLUG61883_IMPR_PLUGS_MASK 0x0000001Fu
#define PLUG61883_IMPR_PLUGS_SHIFT 0u
// Reserved (later editions: extended data rate capability).
#define PLUG61883_IMPR_RESERVED_MASK 0x000000E0u
#define PLUG61883_IMPR_RESERVED_SHIFT 5u
// Extension field that a bus reset leaves alone.
#define PLUG61883_IMPR_PERSISTENT_EXTENSION_MASK 0x0000FF00u
#define PLUG61883_IMPR_PERSISTENT_EXTENSION_SHIFT 8u
// Extension field that a bus reset clears.
#define PLUG61883_IMPR_NON_PERSISTENT_EXTENSION_MASK 0x00FF0000u
#define PLUG61883_IMPR_NON_PERSISTENT_EXTENSION_SHIFT 16u
// Reserved, bits 24 to 29.
#define PLUG61883_IMPR_RESERVED1_MASK 0x3F000000u
#define PLUG61883_IMPR_RESERVED1_SHIFT 24u
// Highest speed of the node's input plugs.
#define PLUG61883_IMPR_DATA_RATE_MASK 0xC0000000u
#define PLUG61883_IMPR_DATA_RATE_SHIFT 30u

// NTSTATUS values by which requests end; others can come from the drivers below.

#define PLUG61883_STATUS_SUCCESS 0x00000000u // done
#define PLUG61883_STATUS_TIMEOUT 0x00000102u // the wait ended before the event
#define PLUG61883_STATUS_PENDING 0x00000103u // not complete yet
#define PLUG61883_STATUS_OBJECT_NAME_EXISTS 0x40000000u // an object of that name exists already
#define PLUG61883_STATUS_BUFFER_OVERFLOW 0x80000005u // the buffer holds a part of the data
#define PLUG61883_STATUS_NO_MORE_FILES 0x80000006u // no further entry
#define PLUG61883_STATUS_DEVICE_BUSY 0x80000011u // the device is busy
#define PLUG61883_STATUS_NO_MORE_ENTRIES 0x8000001Au // no further entry
#define PLUG61883_STATUS_UNSUCCESSFUL 0xC0000001u // failed, no reason given
#define PLUG61883_STATUS_NOT_IMPLEMENTED 0xC0000002u // not implemented
#define PLUG61883_STATUS_INVALID_INFO_CLASS 0xC0000003u // no such information level
#define PLUG61883_STATUS_INFO_LENGTH_MISMATCH 0xC0000004u // the size does not fit what is asked
#define PLUG61883_STATUS_ACCESS_VIOLATION 0xC0000005u // memory that may not be accessed
#define PLUG61883_STATUS_INVALID_HANDLE 0xC0000008u // the handle is not valid
#define PLUG61883_STATUS_INVALID_PARAMETER 0xC000000Du // a parameter is not valid
#define PLUG61883_STATUS_NO_SUCH_DEVICE 0xC000000Eu // no such device
#define PLUG61883_STATUS_NO_SUCH_FILE 0xC000000Fu // no such file
#define PLUG61883_STATUS_INVALID_DEVICE_REQUEST 0xC0000010u // the device does not know this request
#define PLUG61883_STATUS_MORE_PROCESSING_REQUIRED 0xC0000016u // not complete, more is to be done
#define PLUG61883_STATUS_NO_MEMORY 0xC0000017u // not enough memory
#define PLUG61883_STATUS_ACCESS_DENIED 0xC0000022u // access is denied
#define PLUG61883_STATUS_BUFFER_TOO_SMALL 0xC0000023u // the buffer is too small
#define PLUG61883_STATUS_OBJECT_TYPE_MISMATCH 0xC0000024u // an object of another type is needed
#define PLUG61883_STATUS_OBJECT_NAME_INVALID 0xC0000033u // the name of an object is not valid
#define PLUG61883_STATUS_OBJECT_NAME_NOT_FOUND 0xC0000034u // no object of that name
#define PLUG61883_STATUS_OBJECT_NAME_COLLISION 0xC0000035u // an object of that name exists
#define PLUG61883_STATUS_SHARING_VIOLATION 0xC0000043u // in use by another
#define PLUG61883_STATUS_QUOTA_EXCEEDED 0xC0000044u // a limit is reached
#define PLUG61883_STATUS_DELETE_PENDING 0xC0000056u // being deleted
#define PLUG61883_STATUS_REVISION_MISMATCH 0xC0000059u // another interface version
#define PLUG61883_STATUS_INVALID_SECURITY_DESCR 0xC0000079u // a security descriptor is not valid
#define PLUG61883_STATUS_INSUFFICIENT_RESOURCES 0xC000009Au // out of memory or of bus resources
#define PLUG61883_STATUS_DEVICE_NOT_CONNECTED 0xC000009Du // the device is not connected
#define PLUG61883_STATUS_DEVICE_POWER_FAILURE 0xC000009Eu // the device could not be powered
#define PLUG61883_STATUS_DEVICE_NOT_READY 0xC00000A3u // the device is not ready
#define PLUG61883_STATUS_IO_TIMEOUT 0xC00000B5u // no answer in time
#define PLUG61883_STATUS_NOT_SUPPORTED 0xC00000BBu // not supported
#define PLUG61883_STATUS_DEVICE_DOES_NOT_EXIST 0xC00000C0u // the device does not exist
#define PLUG61883_STATUS_ADAPTER_HARDWARE_ERROR 0xC00000C2u // the adapter reports an error
#define PLUG61883_STATUS_REQUEST_NOT_ACCEPTED 0xC00000D0u // the request can't be taken now
#define PLUG61883_STATUS_INTERNAL_ERROR 0xC00000E5u // an internal error
#define PLUG61883_STATUS_INVALID_USER_BUFFER 0xC00000E8u // the caller's buffer is not valid
#define PLUG61883_STATUS_INVALID_PARAMETER_1 0xC00000EFu // the first parameter is not valid
#define PLUG61883_STATUS_INVALID_PARAMETER_2 0xC00000F0u // the second parameter is not valid
#define PLUG61883_STATUS_CANCELLED 0xC0000120u // cancelled
#define PLUG61883_STATUS_CANNOT_DELETE 0xC0000121u // may not be deleted
#define PLUG61883_STATUS_FILE_CLOSED 0xC0000128u // the handle is closed
#define PLUG61883_STATUS_DRIVER_INTERNAL_ERROR 0xC0000183u // an internal error of the driver
#define PLUG61883_STATUS_INVALID_DEVICE_STATE 0xC0000184u // not possible in the device's state
#define PLUG61883_STATUS_IO_DEVICE_ERROR 0xC0000185u // the device reports an error
#define PLUG61883_STATUS_INVALID_BUFFER_SIZE 0xC0000206u // the buffer's size is not valid
#define PLUG61883_STATUS_NOT_FOUND 0xC0000225u // not found
#define PLUG61883_STATUS_DEVICE_REMOVED 0xC00002B6u // the device was removed
#define PLUG61883_STATUS_POWER_STATE_INVALID 0xC00002D3u // not possible in the device's power state
#define PLUG61883_STATUS_INVALID_GENERATION 0xC0120090u // the bus was reset in between


// A unit: one FireWire device that 61883.sys drives and plug61883 filters.
typedef uint64_t PLUG61883_UNIT_ID;

// A connection that plug61883 knows.
typedef uint64_t PLUG61883_CONNECTION_ID;

// A unit directory that plug61883 has added to this computer's configuration ROM.
typedef uint64_t PLUG61883_DIRECTORY_ID;

// A plug of a unit, or one of this computer that was made through a unit's driver.
//
// Bits 0..16: the unit's slot plus one; 16..24: plug number; 24: direction (1 = input); 25: 1 for
// a plug of this computer; 32..64: generation.
typedef uint64_t PLUG61883_PLUG_ID;

// A plug register as 61883.h passes it (AV_PCR): an oPCR or an iPCR, in host order.
typedef uint32_t PLUG61883_AV_PCR;

// An NTSTATUS.
typedef uint32_t PLUG61883_NT_STATUS;

// Starts every request.
typedef struct PLUG61883_REQUEST_HEADER {
    // Bytes of the whole request, this header included; the input buffer's length.
    uint32_t size;
    // PLUG61883_INTERFACE_VERSION.
    uint16_t version;
    // Zero.
    uint16_t reserved;
    // Unit that the request is for; PLUG61883_UNIT_ID_NONE where it is for none or for all.
    PLUG61883_UNIT_ID unit;
    // Time that the request may take, in milliseconds, up to PLUG61883_MAX_TIMEOUT_MS; 0 for
    // PLUG61883_DEFAULT_TIMEOUT_MS.
    uint32_t timeout_ms;
    // Zero.
    uint32_t reserved2;
} PLUG61883_REQUEST_HEADER;

// Request of PLUG61883_IOCTL_UNIT_INFO.
typedef struct PLUG61883_UNIT_INFO_REQUEST {
    // Header.
    struct PLUG61883_REQUEST_HEADER header;
    // What is asked: PLUG61883_UNIT_INFO_LEVEL_*.
    uint32_t level;
    // PLUG61883_UNIT_INFO_*: whose CAPABILITIES are asked for; zero with the other levels.
    uint32_t flags;
} PLUG61883_UNIT_INFO_REQUEST;

// Request of PLUG61883_IOCTL_GET_PLUG.
typedef struct PLUG61883_PLUG_REQUEST {
    // Header.
    struct PLUG61883_REQUEST_HEADER header;
    // PLUG61883_DIRECTION_*: 0 = output, 1 = input.
    uint32_t direction;
    // Plug number, 0..=30.
    uint32_t number;
} PLUG61883_PLUG_REQUEST;

// Request of PLUG61883_IOCTL_PLUG_STATE.
typedef struct PLUG61883_PLUG_STATE_REQUEST {
    // Header; its unit must be the plug's, or PLUG61883_UNIT_ID_NONE.
    struct PLUG61883_REQUEST_HEADER header;
    // The plug.
    PLUG61883_PLUG_ID plug;
} PLUG61883_PLUG_STATE_REQUEST;

// Format of a stream, DDI version 3 (CIP_DATA_FORMAT_VER3); field names of the CIP header (IEC
// 61883-1, clause 6) in parentheses.
typedef struct PLUG61883_CIP_DATA_FORMAT {
    // Format id (FMT).
    uint8_t fmt;
    // First byte of the format dependent field (FDF).
    uint8_t fdf_hi;
    // Second byte of the format dependent field.
    uint8_t fdf_mid;
    // Third byte of the format dependent field.
    uint8_t fdf_lo;
    // 1 when source packets have a header (SPH).
    uint8_t header;
    // Padding of a source packet in quadlets (QPC), 0..=7.
    uint8_t padding;
    // Size of a data block in quadlets (DBS), 0 standing for 256.
    uint8_t block_size;
    // A source packet is split into 2 to the power of this many blocks (FN), 0..=3.
    uint8_t fraction;
    // Whole ticks of the 24.576 MHz clock that a data block takes.
    uint32_t block_period;
    // What remains of the block's time beyond the whole ticks, in billionths of a tick.
    uint32_t block_period_remainder;
    // Data blocks in a packet; used in blocking mode only.
    uint32_t blocks_per_packet;
} PLUG61883_CIP_DATA_FORMAT;

// Request of PLUG61883_IOCTL_CONNECT.
typedef struct PLUG61883_CONNECT_REQUEST {
    // Header.
    struct PLUG61883_REQUEST_HEADER header;
    // Output plug, or PLUG61883_PLUG_ID_NONE.
    PLUG61883_PLUG_ID output;
    // Input plug, or PLUG61883_PLUG_ID_NONE; not both may be none.
    PLUG61883_PLUG_ID input;
    // PLUG61883_CONNECT_TYPE_*: 0 = broadcast, 1 = point-to-point.
    uint32_t connect_type;
    // PLUG61883_CONNECT_*.
    uint32_t flags;
    // Format of the stream (CIP header and block sizes); zero when no stream is meant.
    struct PLUG61883_CIP_DATA_FORMAT format;
    // Zero.
    uint32_t reserved;
} PLUG61883_CONNECT_REQUEST;

// Request of PLUG61883_IOCTL_DISCONNECT.
typedef struct PLUG61883_DISCONNECT_REQUEST {
    // Header; its unit must be the connection's, or PLUG61883_UNIT_ID_NONE.
    struct PLUG61883_REQUEST_HEADER header;
    // The connection.
    PLUG61883_CONNECTION_ID connection;
    // PLUG61883_DISCONNECT_*.
    uint32_t flags;
    // Zero.
    uint32_t reserved;
} PLUG61883_DISCONNECT_REQUEST;

// How the protocol driver receives and transmits isochronous packets (UNIT_ISOCH_PARAMS). To be
// read before it is set.
typedef struct PLUG61883_UNIT_ISOCH_PARAMS {
    // Packets for each descriptor, receiving.
    uint32_t rx_num_packets;
    // Descriptors, receiving.
    uint32_t rx_num_descriptors;
    // Packets for each descriptor, transmitting.
    uint32_t tx_num_packets;
    // Descriptors, transmitting.
    uint32_t tx_num_descriptors;
} PLUG61883_UNIT_ISOCH_PARAMS;

// Request of PLUG61883_IOCTL_SET_UNIT_INFO.
typedef struct PLUG61883_SET_UNIT_INFO_REQUEST {
    // Header.
    struct PLUG61883_REQUEST_HEADER header;
    // What is set: PLUG61883_SET_UNIT_INFO_LEVEL_*. The members of the other levels must be zero.
    uint32_t level;
    // PLUG61883_SET_UNIT_INFO_*.
    uint32_t flags;
    // How packets are received and transmitted (ISOCH_PARAMS). To be read before it is set.
    struct PLUG61883_UNIT_ISOCH_PARAMS isoch;
    // PLUG61883_ADDRESS_TYPE_* (CMP_ADDRESS_RANGE_TYPE). To be set before plugs are created.
    uint32_t address_type;
    // PLUG61883_DIAG_LEVEL_* bits (DIAG_LEVEL).
    uint32_t diag_level;
} PLUG61883_SET_UNIT_INFO_REQUEST;

// Request of PLUG61883_IOCTL_CREATE_PLUG.
typedef struct PLUG61883_CREATE_PLUG_REQUEST {
    // Header; the unit through whose driver the plug is made.
    struct PLUG61883_REQUEST_HEADER header;
    // PLUG61883_DIRECTION_*: 0 = output, 1 = input.
    uint32_t direction;
    // First value of the plug's register (oPCR or iPCR).
    PLUG61883_AV_PCR pcr;
    // PLUG61883_CREATE_*.
    uint32_t flags;
    // Zero.
    uint32_t reserved;
} PLUG61883_CREATE_PLUG_REQUEST;

// Request of PLUG61883_IOCTL_SET_PLUG.
typedef struct PLUG61883_SET_PLUG_REQUEST {
    // Header; its unit must be the plug's, or PLUG61883_UNIT_ID_NONE.
    struct PLUG61883_REQUEST_HEADER header;
    // The plug: one of this computer that this handle created or that is persistent, or one of the
    // device.
    PLUG61883_PLUG_ID plug;
    // New value of its register.
    PLUG61883_AV_PCR pcr;
    // Zero.
    uint32_t reserved;
} PLUG61883_SET_PLUG_REQUEST;

// Request of PLUG61883_IOCTL_ADD_DIRECTORY.
typedef struct PLUG61883_ADD_DIRECTORY_REQUEST {
    // Header; the unit through whose driver the directory is added.
    struct PLUG61883_REQUEST_HEADER header;
    // Unit_Spec_ID of the directory, 24 bits.
    uint32_t spec_id;
    // Unit_SW_Version of the directory, 24 bits.
    uint32_t sw_version;
    // PLUG61883_DIRECTORY_*.
    uint32_t flags;
    // Zero.
    uint32_t reserved;
} PLUG61883_ADD_DIRECTORY_REQUEST;

// Request of PLUG61883_IOCTL_DELETE_PLUG and PLUG61883_IOCTL_REMOVE_DIRECTORY.
typedef struct PLUG61883_REMOVE_REQUEST {
    // Header; its unit must be that of what is removed, or PLUG61883_UNIT_ID_NONE.
    struct PLUG61883_REQUEST_HEADER header;
    // A PLUG61883_PLUG_ID or a PLUG61883_DIRECTORY_ID.
    uint64_t id;
    // PLUG61883_DISCONNECT_*; for a directory also PLUG61883_DIRECTORY_BUS_RESET.
    uint32_t flags;
    // Zero.
    uint32_t reserved;
} PLUG61883_REMOVE_REQUEST;

// Request of PLUG61883_IOCTL_PERSIST.
typedef struct PLUG61883_PERSIST_REQUEST {
    // Header; its unit must be that of what is handed over, or PLUG61883_UNIT_ID_NONE.
    struct PLUG61883_REQUEST_HEADER header;
    // A PLUG61883_CONNECTION_ID, a PLUG61883_PLUG_ID of this computer or a PLUG61883_DIRECTORY_ID.
    uint64_t id;
    // What the id names: PLUG61883_PERSIST_KIND_*.
    uint32_t kind;
    // Zero.
    uint32_t reserved;
} PLUG61883_PERSIST_REQUEST;

// Request of PLUG61883_IOCTL_READ_REGISTER.
typedef struct PLUG61883_REGISTER_REQUEST {
    // Header; the unit whose device is read.
    struct PLUG61883_REQUEST_HEADER header;
    // Offset of a plug register from 0xFFFFF0000000, the start of a node's registers: 0x900 is
    // oMPR, and the oPCRs follow it, 4 bytes each; 0x980 is iMPR, and the iPCRs follow it, up to
    // 0x9FC.
    uint32_t offset;
    // Zero.
    uint32_t reserved;
} PLUG61883_REGISTER_REQUEST;

// Request of PLUG61883_IOCTL_WAIT_EVENTS.
typedef struct PLUG61883_WAIT_EVENTS_REQUEST {
    // Header; for no unit, and with no time limit: both zero. The wait ends with the first event,
    // or is cancelled.
    struct PLUG61883_REQUEST_HEADER header;
    // PLUG61883_WAIT_*.
    uint32_t flags;
    // Zero.
    uint32_t reserved;
} PLUG61883_WAIT_EVENTS_REQUEST;

// Starts every reply.
typedef struct PLUG61883_REPLY_HEADER {
    // Bytes of the whole reply, this header included. A list that did not fit gives the size it
    // needs here.
    uint32_t size;
    // PLUG61883_INTERFACE_VERSION.
    uint16_t version;
    // Zero.
    uint16_t reserved;
    // The answer.
    PLUG61883_NT_STATUS status;
    // Who gave it: an PLUG61883_ORIGIN_*.
    uint32_t origin;
} PLUG61883_REPLY_HEADER;

// Reply of PLUG61883_IOCTL_QUERY_INTERFACE.
typedef struct PLUG61883_INTERFACE {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // Version of the driver: major, minor, patch, 0.
    uint16_t driver_version[4];
    // PLUG61883_MAX_UNITS of this driver; the other bounds follow.
    uint32_t max_units;
    // PLUG61883_MAX_HANDLES.
    uint32_t max_handles;
    // PLUG61883_MAX_CONNECTIONS.
    uint32_t max_connections;
    // PLUG61883_MAX_PLUGS.
    uint32_t max_plugs;
    // PLUG61883_MAX_DIRECTORIES.
    uint32_t max_directories;
    // PLUG61883_MAX_OPERATIONS.
    uint32_t max_operations;
    // PLUG61883_MAX_WAITS.
    uint32_t max_waits;
    // PLUG61883_MAX_EVENTS.
    uint32_t max_events;
    // PLUG61883_MAX_PROCESS_HANDLES.
    uint32_t max_process_handles;
    // PLUG61883_MAX_PROCESS_CONNECTIONS.
    uint32_t max_process_connections;
    // PLUG61883_MAX_PROCESS_PLUGS.
    uint32_t max_process_plugs;
    // PLUG61883_MAX_PROCESS_DIRECTORIES.
    uint32_t max_process_directories;
    // PLUG61883_MAX_PROCESS_OPERATIONS.
    uint32_t max_process_operations;
    // Zero.
    uint32_t reserved;
    // Units present.
    uint32_t units;
    // Handles open.
    uint32_t handles;
    // Connections in the table.
    uint32_t connections;
    // Plugs of this computer in the table.
    uint32_t plugs;
    // Unit directories in the table.
    uint32_t directories;
    // Requests under way.
    uint32_t operations;
} PLUG61883_INTERFACE;

// Starts the reply of a list: the entries follow it, as many as fit.
typedef struct PLUG61883_LIST {
    // Header; size tells the bytes that all entries need.
    struct PLUG61883_REPLY_HEADER header;
    // Entries that there are.
    uint32_t total;
    // Entries that follow.
    uint32_t count;
    // Number of the next event, when the list was made.
    uint64_t sequence;
} PLUG61883_LIST;

// One unit in the reply of PLUG61883_IOCTL_LIST_UNITS.
typedef struct PLUG61883_UNIT_ENTRY {
    // Its id.
    PLUG61883_UNIT_ID unit;
    // DDI version that the protocol driver speaks for it; 0 while not asked yet.
    uint32_t ddi_version;
    // Connections of the unit that the driver knows.
    uint32_t connections;
    // Requests for the unit under way.
    uint32_t operations;
    // PLUG61883_UNIT_STATE_*.
    uint32_t state;
} PLUG61883_UNIT_ENTRY;

// A text of a unit, UTF-16.
typedef struct PLUG61883_TEXT {
    // UTF-16 units of the text, without the ending NUL; more than PLUG61883_TEXT_UNITS - 1 when
    // the text was cut.
    uint32_t length;
    // The text, ended by NUL.
    uint16_t units[PLUG61883_TEXT_UNITS];
} PLUG61883_TEXT;

// Reply of PLUG61883_IOCTL_UNIT_INFO; the members of another level than the one asked for are
// zero.
typedef struct PLUG61883_UNIT_INFO {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // The level that was asked for.
    uint32_t level;
    // DDI version (DDI_VERSION).
    uint32_t ddi_version;
    // EUI-64 of the node, from the bus information block (IDS).
    uint64_t eui64;
    // Vendor id, 24 bits (IDS).
    uint32_t vendor_id;
    // Model id of the root directory (IDS).
    uint32_t model_id;
    // Model id of the unit directory (IDS).
    uint32_t unit_model_id;
    // Vendor's name (IDS).
    struct PLUG61883_TEXT vendor;
    // Model's name, from the root directory (IDS).
    struct PLUG61883_TEXT model;
    // Model's name, from the unit directory (IDS).
    struct PLUG61883_TEXT unit_model;
    // Output plugs of the unit, or of this computer (CAPABILITIES).
    uint32_t output_plugs;
    // Input plugs of the unit, or of this computer (CAPABILITIES).
    uint32_t input_plugs;
    // Highest speed of its plugs: 0 = S100, 1 = S200, 2 = S400 (CAPABILITIES).
    uint32_t max_data_rate;
    // Command transaction sets that it supports (CAPABILITIES).
    uint32_t cts_flags;
    // Hardware flags of the host (CAPABILITIES).
    uint32_t hardware_flags;
    // Bus generation (BUS_GENERATION_NODE).
    uint32_t generation;
    // Node address of this computer: bus number in bits 6..16, node in 0..6 (BUS_GENERATION_NODE).
    uint16_t local_node;
    // Node address of the device (BUS_GENERATION_NODE).
    uint16_t device_node;
    // Diagnostic level, PLUG61883_DIAG_LEVEL_* bits (DIAG_LEVEL).
    uint32_t diag_level;
    // How packets are received and transmitted (ISOCH_PARAMS).
    struct PLUG61883_UNIT_ISOCH_PARAMS isoch;
    // Zero.
    uint32_t reserved[2];
} PLUG61883_UNIT_INFO;

// Reply of PLUG61883_IOCTL_GET_PLUG.
typedef struct PLUG61883_PLUG_REPLY {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // The plug; PLUG61883_PLUG_ID_NONE when the status is a failure.
    PLUG61883_PLUG_ID plug;
} PLUG61883_PLUG_REPLY;

// Reply of PLUG61883_IOCTL_PLUG_STATE (CMP_GET_PLUG_STATE).
typedef struct PLUG61883_PLUG_STATE {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // PLUG61883_PLUG_STATE_*.
    uint32_t state;
    // PLUG61883_SPEED_*.
    uint32_t data_rate;
    // Payload in quadlets.
    uint32_t payload;
    // Broadcast connections of the plug, 0 or 1.
    uint32_t broadcast;
    // Point-to-point connections of the plug, 0..=63.
    uint32_t point_to_point;
    // 1 when pcr holds the register, 0 when the stack below did not let it be read.
    uint32_t pcr_valid;
    // The plug's register (oPCR or iPCR), read over the bus after the state.
    uint32_t pcr;
    // Zero.
    uint32_t reserved;
} PLUG61883_PLUG_STATE;

// One plug in the reply of PLUG61883_IOCTL_LIST_PLUGS.
typedef struct PLUG61883_PLUG_ENTRY {
    // Its id.
    PLUG61883_PLUG_ID plug;
    // Its unit; for a plug of this computer the one through whose driver it was made.
    PLUG61883_UNIT_ID unit;
    // PLUG61883_DIRECTION_*.
    uint32_t direction;
    // Plug number.
    uint32_t number;
    // PLUG61883_PLUG_LOCATION_*: on this computer or on the device.
    uint32_t location;
    // Connections of the plug in the driver's table.
    uint32_t connections;
    // Who answers for it: PLUG61883_OWNER_*; for a plug of the device PLUG61883_OWNER_DEVICE.
    uint32_t owner;
    // Process that made it; 0 when it is not known or for a plug of the device.
    uint32_t process_id;
    // System time at which it was made, in units of 100 ns since 1601; 0 for a plug of the device.
    uint64_t made_at;
    // Its register as the driver last learned it; 0 for a plug of the device, whose register is
    // read with PLUG61883_IOCTL_PLUG_STATE.
    PLUG61883_AV_PCR pcr;
    // Zero.
    uint32_t reserved;
} PLUG61883_PLUG_ENTRY;

// Reply of PLUG61883_IOCTL_CONNECT.
typedef struct PLUG61883_CONNECT_REPLY {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // The new connection; PLUG61883_CONNECTION_ID_NONE when the status is a failure.
    PLUG61883_CONNECTION_ID connection;
} PLUG61883_CONNECT_REPLY;

// One connection in the reply of PLUG61883_IOCTL_LIST_CONNECTIONS.
typedef struct PLUG61883_CONNECTION_ENTRY {
    // Its id.
    PLUG61883_CONNECTION_ID connection;
    // Its unit.
    PLUG61883_UNIT_ID unit;
    // Output plug; PLUG61883_PLUG_ID_NONE when there is none, or none that was asked for with
    // PLUG61883_IOCTL_GET_PLUG, see ends.
    PLUG61883_PLUG_ID output;
    // Input plug, as output.
    PLUG61883_PLUG_ID input;
    // PLUG61883_CONNECT_TYPE_*.
    uint32_t connect_type;
    // Who answers for it: PLUG61883_OWNER_*.
    uint32_t owner;
    // System time at which it was made, in units of 100 ns since 1601.
    uint64_t made_at;
    // Process that made it; 0 when it is not known.
    uint32_t process_id;
    // PLUG61883_ENDS_*: which plugs it has.
    uint32_t ends;
} PLUG61883_CONNECTION_ENTRY;

// Reply of PLUG61883_IOCTL_CREATE_PLUG.
typedef struct PLUG61883_CREATE_PLUG_REPLY {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // The new plug; PLUG61883_PLUG_ID_NONE when the status is a failure.
    PLUG61883_PLUG_ID plug;
    // Its number, 0..=30.
    uint32_t number;
    // Zero.
    uint32_t reserved;
} PLUG61883_CREATE_PLUG_REPLY;

// Reply of PLUG61883_IOCTL_ADD_DIRECTORY.
typedef struct PLUG61883_DIRECTORY_REPLY {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // The new directory; PLUG61883_DIRECTORY_ID_NONE when the status is a failure.
    PLUG61883_DIRECTORY_ID directory;
} PLUG61883_DIRECTORY_REPLY;

// One unit directory in the reply of PLUG61883_IOCTL_LIST_DIRECTORIES.
typedef struct PLUG61883_DIRECTORY_ENTRY {
    // Its id.
    PLUG61883_DIRECTORY_ID directory;
    // The unit through whose driver it was added.
    PLUG61883_UNIT_ID unit;
    // Unit_Spec_ID, 24 bits.
    uint32_t spec_id;
    // Unit_SW_Version, 24 bits.
    uint32_t sw_version;
    // Who answers for it: PLUG61883_OWNER_*.
    uint32_t owner;
    // Process that added it.
    uint32_t process_id;
    // System time at which it was added, in units of 100 ns since 1601.
    uint64_t made_at;
} PLUG61883_DIRECTORY_ENTRY;

// Reply of PLUG61883_IOCTL_READ_REGISTER.
typedef struct PLUG61883_REGISTER_REPLY {
    // Header.
    struct PLUG61883_REPLY_HEADER header;
    // The offset that was asked for.
    uint32_t offset;
    // The register as a number; 0 when the status is a failure.
    uint32_t value;
    // Bus generation that it was read in; 0 when the status is a failure.
    uint32_t generation;
    // Zero.
    uint32_t reserved;
} PLUG61883_REGISTER_REPLY;

// Starts the reply of PLUG61883_IOCTL_WAIT_EVENTS: events follow it, as many as there are and fit.
// The output buffer takes one event at least.
typedef struct PLUG61883_EVENT_BATCH {
    // Header; size tells the bytes of this batch.
    struct PLUG61883_REPLY_HEADER header;
    // Number of the first event of this batch; of the next to come, when it has none.
    uint64_t first;
    // Events that this handle has lost before first, since the batch or snapshot before.
    uint64_t lost;
    // Events that follow.
    uint32_t count;
    // Events that did not fit and can be had at once.
    uint32_t more;
    // Zero.
    uint64_t reserved;
} PLUG61883_EVENT_BATCH;

// Something that happened. Members that its kind does not name are zero.
typedef struct PLUG61883_EVENT {
    // Its number.
    uint64_t sequence;
    // System time, in units of 100 ns since 1601.
    uint64_t time;
    // Unit, of all kinds.
    PLUG61883_UNIT_ID unit;
    // Connection (CONNECTED, DISCONNECTED).
    PLUG61883_CONNECTION_ID connection;
    // Output plug (CONNECTED, DISCONNECTED), or the plug if it is one (PLUG_...).
    PLUG61883_PLUG_ID output;
    // Input plug (CONNECTED, DISCONNECTED), or the plug if it is one (PLUG_...).
    PLUG61883_PLUG_ID input;
    // PLUG61883_EVENT_KIND_*.
    uint32_t kind;
    // PLUG61883_EVENT_REASON_* (DISCONNECTED, PLUG_REMOVED).
    uint32_t reason;
    // PLUG61883_OWNER_* of the connection or plug.
    uint32_t owner;
    // Process that made the connection or plug; 0 when it is not known.
    uint32_t process_id;
    // Register of the plug before (PLUG_CHANGED, PLUG_REMOVED).
    PLUG61883_AV_PCR old_pcr;
    // Register of the plug now (PLUG_CREATED, PLUG_CHANGED).
    PLUG61883_AV_PCR new_pcr;
    // Bus generation (BUS_RESET).
    uint32_t generation;
    // Node address of this computer (BUS_RESET).
    uint16_t local_node;
    // Node address of the device (BUS_RESET).
    uint16_t device_node;
    // Zero.
    uint64_t reserved;
} PLUG61883_EVENT;

// Reply of PLUG61883_IOCTL_SNAPSHOT. The entries follow it in this order: PLUG61883_UNIT_ENTRY,
// PLUG61883_PLUG_ENTRY, PLUG61883_CONNECTION_ENTRY, PLUG61883_DIRECTORY_ENTRY. If they do not all
// fit, none does: the counts stand, complete is 0, the header's size tells what is needed, and the
// handle's events stay where they are.
typedef struct PLUG61883_SNAPSHOT {
    // Header; size tells the bytes that all entries need.
    struct PLUG61883_REPLY_HEADER header;
    // Number of the first event after this state: the handle's next batch starts with it.
    uint64_t sequence;
    // Units.
    uint32_t units;
    // Plugs.
    uint32_t plugs;
    // Connections.
    uint32_t connections;
    // Unit directories.
    uint32_t directories;
    // 1 when the entries follow.
    uint32_t complete;
    // Zero.
    uint32_t reserved;
} PLUG61883_SNAPSHOT;

// Every structure has the size that the driver gives it, or compiling stops here.
#define PLUG61883_SIZE(type, size) typedef char type##_SIZE[sizeof(type) == (size) ? 1 : -1]
PLUG61883_SIZE(PLUG61883_REQUEST_HEADER, 24);
PLUG61883_SIZE(PLUG61883_UNIT_INFO_REQUEST, 32);
PLUG61883_SIZE(PLUG61883_PLUG_REQUEST, 32);
PLUG61883_SIZE(PLUG61883_PLUG_STATE_REQUEST, 32);
PLUG61883_SIZE(PLUG61883_CONNECT_REQUEST, 72);
PLUG61883_SIZE(PLUG61883_DISCONNECT_REQUEST, 40);
PLUG61883_SIZE(PLUG61883_SET_UNIT_INFO_REQUEST, 56);
PLUG61883_SIZE(PLUG61883_CREATE_PLUG_REQUEST, 40);
PLUG61883_SIZE(PLUG61883_SET_PLUG_REQUEST, 40);
PLUG61883_SIZE(PLUG61883_ADD_DIRECTORY_REQUEST, 40);
PLUG61883_SIZE(PLUG61883_REMOVE_REQUEST, 40);
PLUG61883_SIZE(PLUG61883_PERSIST_REQUEST, 40);
PLUG61883_SIZE(PLUG61883_REGISTER_REQUEST, 32);
PLUG61883_SIZE(PLUG61883_WAIT_EVENTS_REQUEST, 32);
PLUG61883_SIZE(PLUG61883_REPLY_HEADER, 16);
PLUG61883_SIZE(PLUG61883_INTERFACE, 104);
PLUG61883_SIZE(PLUG61883_LIST, 32);
PLUG61883_SIZE(PLUG61883_UNIT_ENTRY, 24);
PLUG61883_SIZE(PLUG61883_TEXT, 132);
PLUG61883_SIZE(PLUG61883_UNIT_INFO, 496);
PLUG61883_SIZE(PLUG61883_PLUG_REPLY, 24);
PLUG61883_SIZE(PLUG61883_PLUG_STATE, 48);
PLUG61883_SIZE(PLUG61883_PLUG_ENTRY, 56);
PLUG61883_SIZE(PLUG61883_CONNECT_REPLY, 24);
PLUG61883_SIZE(PLUG61883_CONNECTION_ENTRY, 56);
PLUG61883_SIZE(PLUG61883_CREATE_PLUG_REPLY, 32);
PLUG61883_SIZE(PLUG61883_DIRECTORY_REPLY, 24);
PLUG61883_SIZE(PLUG61883_DIRECTORY_ENTRY, 40);
PLUG61883_SIZE(PLUG61883_REGISTER_REPLY, 32);
PLUG61883_SIZE(PLUG61883_EVENT_BATCH, 48);
PLUG61883_SIZE(PLUG61883_EVENT, 88);
PLUG61883_SIZE(PLUG61883_SNAPSHOT, 48);
PLUG61883_SIZE(PLUG61883_CIP_DATA_FORMAT, 20);
PLUG61883_SIZE(PLUG61883_UNIT_ISOCH_PARAMS, 16);
#undef PLUG61883_SIZE

#endif // PLUG61883_H
