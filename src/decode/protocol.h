// The protocol between genre and the program genre-decode. Both are built from the same source, so
// the structs are sent in their memory layout.
//
// genre-decode receives requests on its standard input, a Unix socket of type SOCK_SEQPACKET. A
// request is a Request with two descriptors: the file, and a stream socket for the answer. For each
// request genre-decode starts a process. The answer is
//   Started, with the pidfd of the process;
//   Header, after the first samples are decoded, or with the reason why there are none;
//   blocks: a BlockHeader; if it is kAudio, then its samples, interleaved 32-bit floats;
//   BlockHeader kEnd and End. An answer without them is incomplete.
// On the same socket genre may send a Seek at any time after Header. If the file allows it, a block
// kJump follows; blocks that were sent before come first. If the answer is already past that frame,
// or the file does not allow it, there is none.
// End of file on its standard input ends genre-decode.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace genre::decode {

inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::uint32_t kMagic = 0x44454347;  // "GCED" in memory

inline constexpr std::size_t kMaxStart = 8192;

struct Request {
  std::uint32_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint64_t begin = 0;            // offset of the audio in the file
  std::uint64_t size = 0;             // of the file, bytes
  std::uint64_t cpu_seconds = 0;      // limit of CPU time; the process is then killed
  std::array<char, 16> demuxer = {};  // FFmpeg's name of the demuxer, null-terminated
  std::uint32_t track = 0;            // of the audio tracks, from 1; 0: the default one
  // 1 if the file is a pipe or a socket, which is read in order. Its first bytes, which were taken
  // from it already, are in start. begin counts from there.
  std::uint32_t is_stream = 0;
  std::uint64_t n_start = 0;
  std::array<std::byte, kMaxStart> start = {};
};

struct Started {
  std::uint32_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::int32_t error = 0;  // errno if no process could be started
};

enum class Status : std::uint32_t {
  kOk,
  kDamaged,       // no demuxer or decoder can read the file
  kNoAudio,       // a file without an audio track
  kEncrypted,     // DRM
  kUnknownCodec,  // a codec that is not allowed
  kOutOfMemory,   // decoding needs more memory than allowed
  kNotSandboxed,  // the system did not let the process give up its rights
  kNoSuchTrack,   // the file has fewer audio tracks
};
inline constexpr auto kLastStatus = Status::kNoSuchTrack;

struct Header {
  std::uint32_t magic = kMagic;
  Status status = Status::kOk;
  std::uint32_t sample_rate = 0;    // Hz
  std::uint32_t channels = 0;       // of kNoSuchTrack: the number of audio tracks
  std::array<char, 32> codec = {};  // display name, null-terminated
  std::uint64_t n_frames = 0;       // declared or estimated; 0 if it is not known
};

struct Seek {
  std::uint64_t frame = 0;  // wanted; earlier ones may come too
};

enum class Block : std::uint32_t {
  kAudio,
  kEnd,
  kLost,  // packets that could not be decoded; another block follows that is not kLost
  kJump,  // frames that are left out because of a Seek
};

struct BlockHeader {
  Block block = Block::kAudio;
  // Samples per channel: of kAudio and kJump at least 1; of kLost those that are missing, or 0 if
  // that is not known; 0 for kEnd.
  std::uint32_t n_frames = 0;
};

struct End {
  std::uint64_t n_frames = 0;     // total number of frames sent
  std::uint64_t n_missing = 0;    // frames missing at the end, if ended_early and if it is known
  std::uint32_t ended_early = 0;  // 1 if the file ends before its declared duration
  std::uint32_t reserved = 0;
};

inline constexpr std::uint32_t kMaxBlockSamples = 1U << 16;  // per block, over all channels
inline constexpr std::uint32_t kMaxChannels = 64;

}  // namespace genre::decode
