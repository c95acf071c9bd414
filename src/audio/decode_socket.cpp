#include "audio/decode_socket.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "decode/message.h"

namespace genre::audio {

using base::Descriptor;

Descriptor file_in_memory(std::span<const std::byte> bytes) {
  Descriptor file(memfd_create("genre audio", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return file;
  if (const int error = base::write_all(file.get(), bytes); error != 0) {
    errno = error;
    return Descriptor();
  }
  // The process that decodes it could otherwise grow it without limit.
  fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  return file;
}

int send_request(int control, const decode::Request& request, int file, int answer) {
  const std::array<int, 2> descriptors = {file, answer};
  return decode::send_message(control, std::as_bytes(std::span(&request, 1)), descriptors);
}

int receive_started(int answer, Descriptor& pidfd) {
  decode::Started started;
  std::array<int, 1> received{};
  const ssize_t n =
      decode::receive_message(answer, std::as_writable_bytes(std::span(&started, 1)), received);
  if (n < 0) return errno == EAGAIN ? ETIMEDOUT : errno;
  pidfd = Descriptor(received[0]);
  if (n == 0) return EPIPE;
  if (n != sizeof(started) || started.magic != decode::kMagic ||
      started.version != decode::kVersion) {
    return EPROTO;
  }
  if (started.error != 0) return started.error;
  return pidfd ? 0 : EPROTO;
}

}  // namespace genre::audio
