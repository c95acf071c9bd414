#include "audio/decode_socket.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace genre::audio {

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) close(descriptor_);
}

Descriptor file_in_memory(std::span<const std::byte> bytes) {
  Descriptor file(memfd_create("genre audio", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  while (file && !bytes.empty()) {
    const ssize_t n = write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return Descriptor();
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  // The process that decodes it could otherwise grow it without limit.
  fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  return file;
}

int send_request(int control, const decode::Request& request, int file, int answer) {
  const std::array<int, 2> descriptors = {file, answer};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(descriptors))> ancillary{};
  decode::Request copy = request;
  iovec bytes{&copy, sizeof(copy)};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(descriptors));
  std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(descriptors));
  return sendmsg(control, &message, MSG_NOSIGNAL) == sizeof(copy) ? 0 : errno;
}

int receive_started(int answer, Descriptor& pidfd) {
  decode::Started started;
  int received = -1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(received))> ancillary{};
  iovec bytes{&started, sizeof(started)};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  ssize_t n = 0;
  do {
    n = recvmsg(answer, &message, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  if (n < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
  if (const cmsghdr* header = CMSG_FIRSTHDR(&message);
      header != nullptr && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(received))) {
    std::memcpy(&received, CMSG_DATA(header), sizeof(received));
    pidfd = Descriptor(received);
  }
  if (n == 0) return EPIPE;
  if (n != sizeof(started) || started.magic != decode::kMagic ||
      started.version != decode::kVersion) {
    return EPROTO;
  }
  if (started.error != 0) return started.error;
  return pidfd ? 0 : EPROTO;
}

}  // namespace genre::audio
