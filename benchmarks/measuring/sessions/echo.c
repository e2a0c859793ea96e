/* The floor of the machine: a blocking echo, bytes of an order there, bytes of a report back.
 * echo serve PORT | echo drive PORT COUNT WARM_UP INTERVAL_NS; prints p50 p90 p99 p99.9 in microseconds. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ORDER = 195, REPORT = 311 };

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void take(int fd, size_t left) {
    char into[1024];
    while (left > 0) {
        ssize_t n = recv(fd, into, left < sizeof into ? left : sizeof into, 0);
        if (n <= 0) exit(0);
        left -= (size_t)n;
    }
}

static void give(int fd, size_t size) {
    static char from[1024];
    if (send(fd, from, size, 0) != (ssize_t)size) exit(1);
}

static int larger(const void *a, const void *b) {
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (argc < 3) return 2;
    address.sin_port = htons((unsigned short)atoi(argv[2]));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (strcmp(argv[1], "serve") == 0) {
        if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1)) return 1;
        printf("{\"ready\": true}\n");
        fflush(stdout);
        fd = accept(fd, NULL, NULL);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        for (;;) {
            take(fd, ORDER);
            give(fd, REPORT);
        }
    }
    if (argc < 6) return 2;
    long count = atol(argv[3]), warm_up = atol(argv[4]), interval = atol(argv[5]);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) return 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    long long *took = malloc(sizeof *took * (size_t)(count > 0 ? count : 1)), start = now() + 10000000LL;
    for (long i = 0; i < warm_up + count; i++) {
        long long due = start + i * (long long)interval;
        while (now() < due) {
        }
        give(fd, ORDER);
        take(fd, REPORT);
        if (i >= warm_up) took[i - warm_up] = now() - due;
    }
    qsort(took, (size_t)count, sizeof *took, larger);
    printf("{\"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f, \"p99.9\": %.1f}\n", took[count / 2] / 1e3, took[count * 9 / 10] / 1e3,
           took[count * 99 / 100] / 1e3, took[(long)(count * 0.999)] / 1e3);
    return 0;
}
