/*
 * KMDF as the drivers of this workspace see it on a Linux host, where Microsoft's header is not
 * at hand. Written from the interface's facts; tests/headers holds every size, offset, value and
 * table index to them.
 *
 * Only types, constants and variables: bindgen can't use inline functions, the drivers call through
 * the table instead (wdk_sys::call_unsafe_wdf_function_binding). bindgen tells WDF's own
 * declarations by "wdf" in the file's path, so all of them stand in this file or in wdf/.
 */
#pragma once

#include "wdf/core.h"
#include "wdf/globals.h"
#include "wdf/funcenum.h"
#include "wdf/structenum.h"
#include "wdf/object.h"
#include "wdf/driver.h"
#include "wdf/memory.h"
#include "wdf/request.h"
#include "wdf/iotarget.h"
#include "wdf/queue.h"
#include "wdf/sync.h"
#include "wdf/data.h"
#include "wdf/resource.h"
#include "wdf/interrupt.h"
#include "wdf/dma.h"
#include "wdf/childlist.h"
#include "wdf/states.h"
#include "wdf/pnppower.h"
#include "wdf/device.h"
#include "wdf/fdo.h"
#include "wdf/wmi.h"
#include "wdf/bugcodes.h"
