#include "native-server/worker/confinement.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <memory>

namespace image_cache {
namespace {

// Sockets, timers, a request's two files and some for the libraries.
constexpr rlim_t kMaxDescriptors = 32;

void Limit(decltype(RLIMIT_AS) resource, rlim_t value) {
  const rlimit limit{.rlim_cur = value, .rlim_max = value};
  if (::setrlimit(resource, &limit) != 0) std::_Exit(EXIT_FAILURE);
}

// What a decoder never does. The call fails; the libraries take that for a system that cannot.
constexpr int kRefusedCalls[] = {
    // Files by name. What a request is about comes as descriptors.
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(openat2),
    SCMP_SYS(creat),
    SCMP_SYS(truncate),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(symlink),
    SCMP_SYS(symlinkat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(chown),
    SCMP_SYS(fchown),
    SCMP_SYS(lchown),
    SCMP_SYS(fchownat),
    SCMP_SYS(utime),
    SCMP_SYS(utimes),
    SCMP_SYS(futimesat),
    SCMP_SYS(utimensat),
    SCMP_SYS(setxattr),
    SCMP_SYS(fsetxattr),
    SCMP_SYS(lsetxattr),
    SCMP_SYS(removexattr),
    SCMP_SYS(fremovexattr),
    SCMP_SYS(lremovexattr),
    SCMP_SYS(chdir),
    SCMP_SYS(fchdir),
    SCMP_SYS(chroot),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(open_tree),
    SCMP_SYS(move_mount),
    SCMP_SYS(fsopen),
    SCMP_SYS(fspick),
    SCMP_SYS(inotify_init),
    SCMP_SYS(inotify_init1),
    SCMP_SYS(fanotify_init),
    // Anybody else. The socket to the server is there already.
    SCMP_SYS(socket),
    SCMP_SYS(socketpair),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_setparam),
    SCMP_SYS(process_madvise),
    SCMP_SYS(process_mrelease),
    SCMP_SYS(migrate_pages),
    SCMP_SYS(move_pages),
    SCMP_SYS(kcmp),
    SCMP_SYS(shmget),
    SCMP_SYS(shmat),
    SCMP_SYS(msgget),
    SCMP_SYS(semget),
    SCMP_SYS(mq_open),
    // Programs and processes. Threads are made with clone, of which more below.
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(setsid),
    SCMP_SYS(setpgid),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(setuid),
    SCMP_SYS(setgid),
    SCMP_SYS(setresuid),
    SCMP_SYS(setresgid),
    SCMP_SYS(capset),
    SCMP_SYS(personality),
    // Parts of the kernel with a long history of errors, or none that a decoder needs.
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_setup),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(memfd_create),
    SCMP_SYS(memfd_secret),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(quotactl),
    SCMP_SYS(ioctl),
    SCMP_SYS(vmsplice),
    SCMP_SYS(splice),
};

// The same of kernels that are newer than this libseccomp, by their numbers, which all
// architectures share.
constexpr int kNewerRefusedCalls[] = {
    442,  // mount_setattr
    452,  // fchmodat2
    463,  // setxattrat
    466,  // removexattrat
    467,  // open_tree_attr
    469,  // file_setattr
};

// Code is what the process was started with: nothing that comes later can be run.
constexpr int kMappingCalls[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(pkey_mprotect)};

bool RefuseExecutableMappings(scmp_filter_ctx filter) {
  return std::all_of(std::begin(kMappingCalls), std::end(kMappingCalls), [&](int call) {
    return ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) == 0;
  });
}

bool Refuse(scmp_filter_ctx filter, int call, const scmp_arg_cmp& when) {
  return ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1, when) == 0;
}

// What this process sets for itself only, somebody else of the same user would take from it, too:
// the server would have no descriptors, no processor time, or the signal that a pipe sends.
bool RefuseSettingsOfOthers(scmp_filter_ctx filter) {
  constexpr scmp_datum_t kItself = 0;
  constexpr scmp_datum_t kIoprioWhoProcess = 1;  // from linux/ioprio.h, as in idle_priority.cpp
  constexpr scmp_datum_t kAnyInt = 0xffffffff;
  const int signalling[] = {F_SETOWN, F_SETOWN_EX, F_SETSIG};
  return Refuse(filter, SCMP_SYS(prlimit64), SCMP_A0(SCMP_CMP_NE, kItself)) &&
         Refuse(filter, SCMP_SYS(setpriority), SCMP_A0(SCMP_CMP_NE, PRIO_PROCESS)) &&
         Refuse(filter, SCMP_SYS(setpriority), SCMP_A1(SCMP_CMP_NE, kItself)) &&
         Refuse(filter, SCMP_SYS(ioprio_set), SCMP_A0(SCMP_CMP_NE, kIoprioWhoProcess)) &&
         Refuse(filter, SCMP_SYS(ioprio_set), SCMP_A1(SCMP_CMP_NE, kItself)) &&
         std::all_of(std::begin(signalling), std::end(signalling), [&](int command) {
           return Refuse(filter, SCMP_SYS(fcntl),
                         SCMP_A1(SCMP_CMP_MASKED_EQ, kAnyInt, static_cast<scmp_datum_t>(command)));
         });
}

bool AddRules(scmp_filter_ctx filter) {
  for (const int call : kRefusedCalls) {
    // A call that this architecture has not is refused already.
    const int added = ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
    if (added != 0 && added != -EDOM) return false;
  }
  for (const int call : kNewerRefusedCalls) {
    if (::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) != 0) return false;
  }
  if (!RefuseExecutableMappings(filter) || !RefuseSettingsOfOthers(filter)) return false;
  // A new process is no thread. The structure of clone3 cannot be looked into; without it the C
  // library goes back to clone.
  return ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
         ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                            SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)) == 0 &&
         // Signals to anybody but a thread of this process, which abort() sends.
         ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 0) == 0 &&
         ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tkill), 0) == 0 &&
         ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_NE, static_cast<scmp_datum_t>(::getpid()))) == 0;
}

bool FilterSystemCalls() {
  const std::unique_ptr<void, decltype(&::seccomp_release)> filter(::seccomp_init(SCMP_ACT_ALLOW),
                                                                   &::seccomp_release);
  return filter && AddRules(filter.get()) && ::seccomp_load(filter.get()) == 0;
}

}  // namespace

bool Confine(const ConfinementLimits& limits) {
  // No program with more rights, no core dump of what was decoded, no look from outside.
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) std::_Exit(EXIT_FAILURE);
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  Limit(RLIMIT_CORE, 0);
  Limit(RLIMIT_NOFILE, kMaxDescriptors);
  if (limits.output_bytes > 0) Limit(RLIMIT_FSIZE, limits.output_bytes);
  // A write beyond that fails, instead of ending the process.
  (void)::signal(SIGXFSZ, SIG_IGN);
  if (limits.memory_bytes > 0) Limit(RLIMIT_AS, limits.memory_bytes);
  return FilterSystemCalls();
}

void LimitProcessorTime(std::uint32_t seconds) {
  rusage used{};
  (void)::getrusage(RUSAGE_SELF, &used);
  const rlim_t so_far = static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1;
  // The hard limit stays as it is, for the next request.
  rlimit limit{};
  (void)::getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, so_far + seconds);
  (void)::setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace image_cache
