// The system's clock as a test has it: preloaded, this answers in the place of libc. It is off by the seconds that the file SHIFT_FILE
// says, at any time anew, and by SHIFT. What measures spans, the monotonic clock, is left alone.

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long shift(void) {
    const char *name = getenv("SHIFT_FILE"), *more = getenv("SHIFT");
    char told[32] = "0";
    int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t size = read(file, told, sizeof told - 1);
        told[size < 0 ? 0 : size] = 0;
        close(file);
    }
    return atol(told) + (more == NULL ? 0 : atol(more));
}

int clock_gettime(clockid_t clock, struct timespec *shows) {
    int failed = (int)syscall(SYS_clock_gettime, clock, shows);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) shows->tv_sec += shift();
    return failed;
}

int gettimeofday(struct timeval *restrict shows, void *restrict zone) {
    struct timespec exactly;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &exactly)) return -1;
    shows->tv_sec = exactly.tv_sec;
    shows->tv_usec = exactly.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *shows) {
    struct timespec exactly;
    if (clock_gettime(CLOCK_REALTIME, &exactly)) return -1;
    if (shows != NULL) *shows = exactly.tv_sec;
    return exactly.tv_sec;
}
