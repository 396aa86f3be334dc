/*
 * BufferOverflowFastFailK.lib: what code compiled with stack cookies refers to. Nothing here is, but
 * the library is one that every driver links.
 */
#include <stdint.h>

uintptr_t __security_cookie = 0x2B992DDFA232;
uintptr_t __security_cookie_complement = ~(uintptr_t)0x2B992DDFA232;

void __security_check_cookie(uintptr_t cookie)
{
    if (cookie != __security_cookie)
        __builtin_trap();
}
