/* What a process does to the files below one folder: counted, written down, and broken off on request.

   Loaded with LD_PRELOAD. SQLite, tantivy and Python call these functions of libc; FAISS writes with fwrite.
     DISK_FOLDER  the folder that is watched
     DISK_LOG     where events are written down, with their bytes (see tests/faults/disk.py); none: they are counted
   The process asks for a fault by disk_fault(kind, at): at the at-th event from then on it is killed (1), or that
   write and all later ones find the disk full (2). disk_mark(n) writes a number into the log. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
static char watched[MOST]; /* by descriptor: 1 a file below the folder, 2 a folder */
static const char *folder;
static size_t length;
static int log_fd = -1, fault;
static long events, fault_at;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("DISK_LOG");
  real_write = REAL(write);
  folder = getenv("DISK_FOLDER");
  length = folder ? strlen(folder) : 0;
  if (log && folder) log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void disk_fault(int kind, long at) {
  fault = kind;
  fault_at = at;
  events = 0;
}

long disk_events(void) { return events; }

static int below(const char *path) {
  if (!folder || !path || strncmp(path, folder, length) != 0) return 0;
  return path[length] == '/' || path[length] == 0;
}

/* All files below the folder with their inodes, one a line: what names there are now. Renames by a call of the system
   itself, as tantivy makes them, are seen so too. */
static char names[2][1 << 16];
static size_t listed(char *into, const char *path, size_t at, int deep) {
  DIR *all = opendir(path);
  struct dirent *each;
  if (!all) return at;
  while ((each = readdir(all))) {
    char child[4096];
    if (!strcmp(each->d_name, ".") || !strcmp(each->d_name, "..")) continue;
    snprintf(child, sizeof child, "%s/%s", path, each->d_name);
    if (at < sizeof names[0] - 4200)
      at += sprintf(into + at, "%s\t%lu\t%d\n", child, (unsigned long)each->d_ino, each->d_type == DT_DIR);
    if (each->d_type == DT_DIR && deep < 3) at = listed(into, child, at, deep + 1);
  }
  closedir(all);
  into[at] = 0;
  return at;
}

/* A record: op, inode, offset, length of the first and of the second text, the texts. */
static void put(char op, uint64_t inode, int64_t offset, const void *one, uint32_t n, const void *two, uint32_t m) {
  char head[1 + 8 + 8 + 4 + 4];
  struct iovec parts[3] = {{head, sizeof head}, {(void *)one, n}, {(void *)two, m}};
  if (log_fd < 0) return;
  if (op != 'E') {
    size_t size = listed(names[0], folder, 0, 0);
    if (strcmp(names[0], names[1])) {
      strcpy(names[1], names[0]);
      put('E', 0, 0, names[1], size, NULL, 0);
    }
  }
  head[0] = op;
  memcpy(head + 1, &inode, 8);
  memcpy(head + 9, &offset, 8);
  memcpy(head + 17, &n, 4);
  memcpy(head + 21, &m, 4);
  if (REAL(writev)(log_fd, parts, 3) < 0) abort();
}

void disk_mark(long n) {
  pthread_mutex_lock(&lock);
  put('N', 0, n, NULL, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
}

/* Count an event; whether it is to fail. */
static int counted(int writes) {
  long now;
  if (!folder) return 0;
  now = __sync_add_and_fetch(&events, 1);
  if (fault == 1 && now == fault_at) kill(getpid(), SIGKILL);
  if (fault == 2 && now >= fault_at && writes) return 1;
  return 0;
}

static uint64_t inode_of(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? (uint64_t)status.st_ino : 0;
}

static int seen(int fd, const char *path) {
  struct stat status;
  if (fd >= 0 && fd < MOST && below(path) && fstat(fd, &status) == 0) {
    watched[fd] = S_ISDIR(status.st_mode) ? 2 : 1;
    pthread_mutex_lock(&lock);
    if (watched[fd] == 1) put('O', status.st_ino, status.st_size, path, strlen(path), NULL, 0);
    pthread_mutex_unlock(&lock);
  } else if (fd >= 0 && fd < MOST)
    watched[fd] = 0;
  return fd;
}

#define MODE                                                                                                       \
  mode_t mode = 0;                                                                                                 \
  if (flags & (O_CREAT | O_TMPFILE)) {                                                                             \
    va_list rest;                                                                                                  \
    va_start(rest, flags);                                                                                         \
    mode = va_arg(rest, mode_t);                                                                                   \
    va_end(rest);                                                                                                  \
  }

static int full(const char *path, int flags) {
  if (!below(path) || !(flags & (O_CREAT | O_TRUNC))) return 0;
  if (!counted(1)) return 0;
  errno = ENOSPC;
  return 1;
}

int open(const char *path, int flags, ...) {
  MODE return full(path, flags) ? -1 : seen(REAL(open)(path, flags, mode), path);
}
int open64(const char *path, int flags, ...) {
  MODE return full(path, flags) ? -1 : seen(REAL(open64)(path, flags, mode), path);
}
int openat(int at, const char *path, int flags, ...) {
  MODE return full(path, flags) ? -1 : seen(REAL(openat)(at, path, flags, mode), path);
}
int openat64(int at, const char *path, int flags, ...) {
  MODE return full(path, flags) ? -1 : seen(REAL(openat64)(at, path, flags, mode), path);
}
FILE *fopen(const char *path, const char *how) {
  FILE *file;
  if (below(path) && *how != 'r' && counted(1)) {
    errno = ENOSPC;
    return NULL;
  }
  file = REAL(fopen)(path, how);
  if (file) seen(fileno(file), path);
  return file;
}
FILE *fopen64(const char *path, const char *how) { return fopen(path, how); }
int close(int fd) {
  if (fd >= 0 && fd < MOST) watched[fd] = 0;
  return REAL(close)(fd);
}
int fclose(FILE *file) {
  int fd = fileno(file);
  if (fd >= 0 && fd < MOST) watched[fd] = 0;
  return REAL(fclose)(file);
}

#define FILE_OF(fd) ((fd) >= 0 && (fd) < MOST && watched[fd] == 1)

static ssize_t written(int fd, const void *bytes, size_t n, int64_t offset, ssize_t done) {
  if (done > 0) {
    pthread_mutex_lock(&lock);
    put('W', inode_of(fd), offset, bytes, (uint32_t)done, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  return done;
}

ssize_t write(int fd, const void *bytes, size_t n) {
  int64_t offset;
  if (!FILE_OF(fd)) return real_write ? real_write(fd, bytes, n) : REAL(write)(fd, bytes, n);
  if (counted(1)) {
    errno = ENOSPC;
    return -1;
  }
  offset = lseek(fd, 0, SEEK_CUR);
  if (fcntl(fd, F_GETFL) & O_APPEND) offset = lseek(fd, 0, SEEK_END);
  return written(fd, bytes, n, offset, real_write(fd, bytes, n));
}
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset) {
  if (!FILE_OF(fd)) return REAL(pwrite)(fd, bytes, n, offset);
  if (counted(1)) {
    errno = ENOSPC;
    return -1;
  }
  return written(fd, bytes, n, offset, REAL(pwrite)(fd, bytes, n, offset));
}
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset) { return pwrite(fd, bytes, n, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
  ssize_t done = 0;
  if (!FILE_OF(fd)) return REAL(writev)(fd, parts, count);
  for (int i = 0; i < count; i++) {
    ssize_t some = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (some < 0) return done ? done : -1;
    done += some;
    if ((size_t)some < parts[i].iov_len) break;
  }
  return done;
}
size_t fwrite(const void *bytes, size_t size, size_t n, FILE *file) {
  int fd = fileno(file);
  int64_t offset;
  size_t done;
  if (!FILE_OF(fd)) return REAL(fwrite)(bytes, size, n, file);
  if (counted(1)) {
    errno = ENOSPC;
    return 0;
  }
  offset = ftell(file);
  done = REAL(fwrite)(bytes, size, n, file);
  written(fd, bytes, size * n, offset, (ssize_t)(done * size));
  return done;
}
int ftruncate(int fd, off_t size) {
  int done;
  if (FILE_OF(fd)) counted(0);
  done = REAL(ftruncate)(fd, size);
  if (done == 0 && FILE_OF(fd)) {
    pthread_mutex_lock(&lock);
    put('T', inode_of(fd), size, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  return done;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

static int synced(int fd, int done) {
  if (done == 0 && fd >= 0 && fd < MOST && watched[fd]) {
    pthread_mutex_lock(&lock);
    put(watched[fd] == 2 ? 'D' : 'S', inode_of(fd), 0, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
  }
  return done;
}
/* Nothing is really brought to the disk, which would take most of the time: only a power cut could tell. */
int fsync(int fd) {
  if (fd >= 0 && fd < MOST && watched[fd]) {
    counted(0);
    return synced(fd, 0);
  }
  return REAL(fsync)(fd);
}
int fdatasync(int fd) { return fsync(fd); }

/* Whatever changed the names: the next record tells them. */
static int named(int done) {
  if (done == 0) disk_mark(-1);
  return done;
}
int rename(const char *one, const char *two) {
  if (below(one)) counted(0);
  return named(REAL(rename)(one, two));
}
int renameat(int at, const char *one, int to, const char *two) {
  if (below(one)) counted(0);
  return named(REAL(renameat)(at, one, to, two));
}
int renameat2(int at, const char *one, int to, const char *two, unsigned int flags) {
  if (below(one)) counted(0);
  return named(REAL(renameat2)(at, one, to, two, flags));
}
int link(const char *one, const char *two) {
  if (below(one)) counted(0);
  return named(REAL(link)(one, two));
}
int unlink(const char *path) {
  if (below(path)) counted(0);
  return named(REAL(unlink)(path));
}
int mkdir(const char *path, mode_t mode) {
  if (below(path)) counted(0);
  return named(REAL(mkdir)(path, mode));
}
int rmdir(const char *path) {
  if (below(path)) counted(0);
  return named(REAL(rmdir)(path));
}
/* Python's shutil.rmtree names what it takes away from within its folder. */
int unlinkat(int at, const char *path, int flags) {
  char from[64], whole[8192];
  ssize_t n;
  if (at != AT_FDCWD && *path != '/') {
    snprintf(from, sizeof from, "/proc/self/fd/%d", at);
    n = readlink(from, whole, 4000);
    if (n > 0) snprintf(whole + n, sizeof whole - n, "/%s", path);
  } else
    snprintf(whole, sizeof whole, "%s", path);
  if (below(whole)) counted(0);
  return named(REAL(unlinkat)(at, path, flags));
}
