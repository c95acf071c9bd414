#include "decode/message.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace genre::decode {
namespace {

using Ancillary = std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))>;

}  // namespace

int send_message(int socket, std::span<const std::byte> bytes, std::span<const int> descriptors) {
  alignas(cmsghdr) Ancillary ancillary{};
  // sendmsg does not write to the bytes, although they are not const.
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = ancillary.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  const ssize_t n = sendmsg(socket, &message, MSG_NOSIGNAL);
  if (n < 0) return errno;
  return static_cast<std::size_t>(n) == bytes.size() ? 0 : EPROTO;
}

ssize_t receive_message(int socket, std::span<std::byte> bytes, std::span<int> descriptors,
                        int flags) {
  alignas(cmsghdr) Ancillary ancillary{};
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  // The system closes the descriptors for which this leaves no room.
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  std::ranges::fill(descriptors, -1);
  ssize_t n = 0;
  do {
    n = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  const cmsghdr* header = n < 0 ? nullptr : CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    const std::size_t size = header->cmsg_len - CMSG_LEN(0);
    std::memcpy(descriptors.data(), CMSG_DATA(header), std::min(size, descriptors.size_bytes()));
  }
  return n;
}

}  // namespace genre::decode
