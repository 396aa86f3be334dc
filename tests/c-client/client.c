// A client of plug61883.sys in C, with nothing but windows.h and plug61883.h: it makes a
// connection, breaks it, and shows who answered what.
//
// Exit codes: 0 all went as it should; 1 something did not; 3 no driver or no unit.

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

#include "plug61883.h"

enum { DONE = 0, FAILED = 1, NOTHING_THERE = 3 };

// NtDeviceIoControlFile of ntdll.dll, as it is documented. It returns the NTSTATUS, where
// DeviceIoControl would turn it into a Win32 error.
typedef struct IoStatus {
    union {
        LONG status;
        void *pointer;
    } u;
    ULONG_PTR information;
} IoStatus;

typedef LONG(WINAPI *NtControl)(HANDLE device, HANDLE event, void *routine, void *context,
                                IoStatus *io_status, ULONG code, void *input, ULONG input_length,
                                void *output, ULONG output_length);

static NtControl control;
static HANDLE device;

static void fail(const char *what) {
    fprintf(stderr, "error: %s\n", what);
    exit(FAILED);
}

// Sends one IOCTL and waits for it; the IOCTL's own NTSTATUS. `size` is that of the output buffer,
// then the bytes that were written to it.
static uint32_t send_ioctl(ULONG code, void *request, ULONG request_size, void *reply,
                           ULONG *size) {
    IoStatus io_status = {{0}, 0};
    LONG status = control(device, NULL, NULL, NULL, &io_status, code, request, request_size, reply,
                          *size);
    *size = status < 0 ? 0 : (ULONG)io_status.information;
    return (uint32_t)status;
}

static const char *origin_text(uint32_t origin) {
    return origin == PLUG61883_ORIGIN_PROTOCOL ? "the protocol driver" : "plug61883";
}

// A request that plug61883 must not refuse; what comes back is a whole reply.
static void ask(const char *what, ULONG code, void *request, ULONG request_size, void *reply,
                ULONG size, ULONG fixed_part) {
    const PLUG61883_REPLY_HEADER *header = reply;
    ULONG written = size;
    uint32_t status = send_ioctl(code, request, request_size, reply, &written);
    if (status != PLUG61883_STATUS_SUCCESS) {
        fprintf(stderr, "error: %s: 0x%08X from plug61883\n", what, (unsigned)status);
        exit(FAILED);
    }
    if (written < fixed_part || header->version != PLUG61883_INTERFACE_VERSION) {
        fail("a reply that is none");
    }
    if (header->status != PLUG61883_STATUS_SUCCESS) {
        fprintf(stderr, "error: %s: 0x%08X from %s\n", what, (unsigned)header->status,
                origin_text(header->origin));
        exit(FAILED);
    }
}

static PLUG61883_REQUEST_HEADER header(size_t size, PLUG61883_UNIT_ID unit) {
    PLUG61883_REQUEST_HEADER header = {0};
    header.size = (uint32_t)size;
    header.version = PLUG61883_INTERFACE_VERSION;
    header.unit = unit;
    return header;
}

// A unit or a connection, as people write it.
static const char *id_text(uint64_t id) {
    static char text[4][32];
    static unsigned next;
    char *buffer = text[next++ % 4];
    snprintf(buffer, sizeof text[0], "%u.%u", (unsigned)id, (unsigned)(id >> 32));
    return buffer;
}

static void *allocate(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) {
        fail("out of memory");
    }
    return memory;
}

// A whole list; the caller frees it.
static PLUG61883_LIST *list(const char *what, ULONG code, size_t entry_size) {
    ULONG size = (ULONG)(sizeof(PLUG61883_LIST) + entry_size);
    for (;;) {
        PLUG61883_REQUEST_HEADER request = header(sizeof request, PLUG61883_UNIT_ID_NONE);
        PLUG61883_LIST *reply = allocate(size);
        ask(what, code, &request, sizeof request, reply, size, sizeof *reply);
        if (reply->count == reply->total) {
            return reply;
        }
        size = reply->header.size;
        free(reply);
    }
}

static void show_interface(void) {
    PLUG61883_REQUEST_HEADER request = header(sizeof request, PLUG61883_UNIT_ID_NONE);
    PLUG61883_INTERFACE reply;
    ask("interface", PLUG61883_IOCTL_QUERY_INTERFACE, &request, sizeof request, &reply,
        sizeof reply, sizeof reply);
    printf("interface: version %u, driver %u.%u.%u, units %u of %u\n", reply.header.version,
           reply.driver_version[0], reply.driver_version[1], reply.driver_version[2],
           (unsigned)reply.units, (unsigned)reply.max_units);
}

static PLUG61883_UNIT_ID first_unit(void) {
    PLUG61883_LIST *reply =
        list("units", PLUG61883_IOCTL_LIST_UNITS, sizeof(PLUG61883_UNIT_ENTRY));
    const PLUG61883_UNIT_ENTRY *units = (const void *)(reply + 1);
    PLUG61883_UNIT_ID first;
    uint32_t index;
    if (reply->count == 0) {
        fprintf(stderr, "error: no unit is there\n");
        exit(NOTHING_THERE);
    }
    for (index = 0; index < reply->count; ++index) {
        printf("unit %s: state %u, connections %u\n", id_text(units[index].unit),
               (unsigned)units[index].state, (unsigned)units[index].connections);
    }
    first = units[0].unit;
    free(reply);
    return first;
}

static PLUG61883_PLUG_ID plug(PLUG61883_UNIT_ID unit, uint32_t direction, uint32_t number) {
    PLUG61883_PLUG_REQUEST request = {0};
    PLUG61883_PLUG_REPLY reply;
    request.header = header(sizeof request, unit);
    request.direction = direction;
    request.number = number;
    ask("plug", PLUG61883_IOCTL_GET_PLUG, &request, sizeof request, &reply, sizeof reply,
        sizeof reply);
    printf("%s[%u]: id 0x%08X%08X\n", direction == PLUG61883_DIRECTION_OUT ? "oPCR" : "iPCR",
           (unsigned)number, (unsigned)(reply.plug >> 32), (unsigned)reply.plug);
    return reply.plug;
}

static PLUG61883_CONNECTION_ID connect_plugs(PLUG61883_UNIT_ID unit, PLUG61883_PLUG_ID output,
                                             PLUG61883_PLUG_ID input) {
    PLUG61883_CONNECT_REQUEST request = {0};
    PLUG61883_CONNECT_REPLY reply;
    request.header = header(sizeof request, unit);
    request.output = output;
    request.input = input;
    request.connect_type = PLUG61883_CONNECT_TYPE_POINT_TO_POINT;
    ask("connect", PLUG61883_IOCTL_CONNECT, &request, sizeof request, &reply, sizeof reply,
        sizeof reply);
    printf("connected: %s\n", id_text(reply.connection));
    return reply.connection;
}

static void show_connections(void) {
    PLUG61883_LIST *reply = list("connections", PLUG61883_IOCTL_LIST_CONNECTIONS,
                                 sizeof(PLUG61883_CONNECTION_ENTRY));
    const PLUG61883_CONNECTION_ENTRY *entries = (const void *)(reply + 1);
    uint32_t index;
    for (index = 0; index < reply->count; ++index) {
        printf("connection %s: unit %s, %s\n", id_text(entries[index].connection),
               id_text(entries[index].unit),
               entries[index].owner == PLUG61883_OWNER_THIS_HANDLE ? "ours" : "not ours");
    }
    free(reply);
}

// Shows who said what; the status.
static uint32_t disconnect(PLUG61883_CONNECTION_ID connection) {
    PLUG61883_DISCONNECT_REQUEST request = {0};
    PLUG61883_REPLY_HEADER reply;
    ULONG size = sizeof reply;
    uint32_t origin = PLUG61883_ORIGIN_DRIVER;
    uint32_t status;
    request.header = header(sizeof request, PLUG61883_UNIT_ID_NONE);
    request.connection = connection;
    status = send_ioctl(PLUG61883_IOCTL_DISCONNECT, &request, sizeof request, &reply, &size);
    if (status == PLUG61883_STATUS_SUCCESS && size == sizeof reply) {
        status = reply.status;
        origin = reply.origin;
    }
    printf("disconnect %s: 0x%08X from %s\n", id_text(connection), (unsigned)status,
           origin_text(origin));
    return status;
}

// What has happened since the device was opened.
static void show_events(void) {
    struct {
        PLUG61883_EVENT_BATCH batch;
        PLUG61883_EVENT events[16];
    } reply;
    PLUG61883_WAIT_EVENTS_REQUEST request = {0};
    uint32_t index;
    request.header = header(sizeof request, PLUG61883_UNIT_ID_NONE);
    request.flags = PLUG61883_WAIT_NO_WAIT;
    ask("events", PLUG61883_IOCTL_WAIT_EVENTS, &request, sizeof request, &reply, sizeof reply,
        sizeof reply.batch);
    for (index = 0; index < reply.batch.count; ++index) {
        const PLUG61883_EVENT *event = &reply.events[index];
        if (event->kind == PLUG61883_EVENT_KIND_CONNECTED) {
            printf("event: connected %s\n", id_text(event->connection));
        } else if (event->kind == PLUG61883_EVENT_KIND_DISCONNECTED) {
            printf("event: disconnected %s, reason %u\n", id_text(event->connection),
                   (unsigned)event->reason);
        } else {
            printf("event: kind %u\n", (unsigned)event->kind);
        }
    }
    printf("events: %u, lost %u, to come %u\n", (unsigned)reply.batch.count,
           (unsigned)reply.batch.lost, (unsigned)reply.batch.more);
}

// Everything at one moment: first how long it is, then all of it.
static void show_snapshot(void) {
    ULONG size = sizeof(PLUG61883_SNAPSHOT);
    for (;;) {
        PLUG61883_REQUEST_HEADER request = header(sizeof request, PLUG61883_UNIT_ID_NONE);
        PLUG61883_SNAPSHOT *reply = allocate(size);
        ask("snapshot", PLUG61883_IOCTL_SNAPSHOT, &request, sizeof request, reply, size,
            sizeof *reply);
        if (reply->complete) {
            printf("snapshot: %u units, %u plugs, %u connections, %u unit directories, %u bytes\n",
                   (unsigned)reply->units, (unsigned)reply->plugs, (unsigned)reply->connections,
                   (unsigned)reply->directories, (unsigned)reply->header.size);
            free(reply);
            return;
        }
        // Room for what may be made in between.
        size = reply->header.size + sizeof(PLUG61883_CONNECTION_ENTRY);
        free(reply);
    }
}

int main(void) {
    HMODULE ntdll = GetModuleHandleA("ntdll.dll");
    PLUG61883_UNIT_ID unit;
    PLUG61883_CONNECTION_ID connection;
    PLUG61883_PLUG_ID output, input;

    if (ntdll != NULL) {
        control = (NtControl)(void (*)(void))GetProcAddress(ntdll, "NtDeviceIoControlFile");
    }
    if (control == NULL) {
        fail("ntdll.dll has no NtDeviceIoControlFile");
    }
    device = CreateFileA(PLUG61883_DEVICE_PATH, GENERIC_READ | GENERIC_WRITE,
                         FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE) {
        DWORD error = GetLastError();
        fprintf(stderr, "error: " PLUG61883_DEVICE_PATH " was not opened, Win32 error %u\n",
                (unsigned)error);
        return error == ERROR_FILE_NOT_FOUND ? NOTHING_THERE : FAILED;
    }
    show_interface();
    unit = first_unit();
    output = plug(unit, PLUG61883_DIRECTION_OUT, 0);
    input = plug(unit, PLUG61883_DIRECTION_IN, 0);
    connection = connect_plugs(unit, output, input);
    show_connections();
    if (disconnect(connection) != PLUG61883_STATUS_SUCCESS) {
        fail("the connection was not broken");
    }
    if (disconnect(connection) != PLUG61883_STATUS_INVALID_PARAMETER) {
        fail("an id that names nothing was taken");
    }
    show_events();
    show_snapshot();
    CloseHandle(device);
    return DONE;
}
