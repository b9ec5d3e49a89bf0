// libpq, and the Linux event counter that wakes the thread which polls libpq's sockets.
#include <libpq-fe.h>
#include <sys/eventfd.h>

/// A non-blocking event counter that child processes do not inherit; -1 with `errno` set if there is none to be had.
static inline int monarch_event_counter(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
