// The genre in an audio file's own tags (TagLib). The bytes of the file decide what it is, never
// its name.
//
// Tagged are WAV (chunks "ID3 " and LIST INFO), AIFF ("ID3 "), MP3 (ID3v2, APE, ID3v1), FLAC, Ogg
// Vorbis and Opus (Vorbis comment; in FLAC also ID3v1). Every tag that the file has gets
// the genre, so that no two contradict each other. A file without tags gets the usual one of its
// format: an ID3v2.4 tag or a Vorbis comment; FLAC always has the latter. ID3v1 has only a fixed
// list of genres: a name that is not in it leaves that field empty, and a file with nothing but an
// ID3v1 tag then gets an ID3v2 tag with the same fields.
//
// Thread-safe, also for paths that lead to the same file: a lock (flock) on the file puts the
// writers, of other processes too, one after the other.
#pragma once

#include <string>

#include "genre/result.h"

namespace genre::batch {

// Returns the genre, several joined by "; ", or an empty string. Gives the errors that writing
// would give, but changes nothing. Errors: kUnsupported where the file cannot be tagged safely;
// kUnreadableFile.
[[nodiscard]] Result<std::string> read_genre_tag(const std::string& path);

// Writes a copy that has the genre. It replaces the file once it has been read back: all bytes but
// the tags are the same, the other fields are there, and the genre is. On an error, and whenever
// the process ends before that, the file is the old one, byte for byte. Owner, permissions and
// times are kept; of a symbolic link, the target is replaced. A file that has the genre already is
// left alone. Errors: as above.
[[nodiscard]] Result<void> write_genre_tag(const std::string& path, const std::string& genre);

}  // namespace genre::batch
