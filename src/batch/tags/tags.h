// The genre in an audio file's tags (TagLib). The content of the file decides its format, not its
// name.
//
// Supported tags: in WAV the chunks "ID3 " and LIST INFO; in AIFF the chunk "ID3 "; in MP3 ID3v2,
// APE and ID3v1; in FLAC a Vorbis comment and ID3v1; in Ogg Vorbis and Opus a Vorbis comment. All
// tags of a file get the same genre. A file without tags gets an ID3v2.4 tag or a Vorbis comment.
// FLAC always gets a Vorbis comment. ID3v1 has a fixed list of genres: if the genre is not in the
// list, the field becomes empty, and an MP3 file with no other tag gets an ID3v2 tag with the same
// fields.
//
// Thread-safe, also for paths that lead to the same file: writers wait for each other with flock(),
// also those in other processes.
#pragma once

#include <string>

#include "genre/result.h"

namespace genre::batch {

// Returns the genre, or an empty string. Several genres are joined by "; ". Returns the errors that
// writing would return, but changes nothing. Errors: kUnsupported if the file cannot be tagged
// safely; kUnreadableFile.
[[nodiscard]] Result<std::string> read_genre_tag(const std::string& path);

// Writes the genre to a copy, reads the copy again, and then replaces the file in one step. The
// copy must have the same audio, the same other fields, and the genre. If anything fails, or the
// process ends, the file stays unchanged. Owner, permissions, times and extended attributes are
// kept. If the path is a symbolic link, its target is replaced. A file that already has the genre
// is not written. Errors: as above.
[[nodiscard]] Result<void> write_genre_tag(const std::string& path, const std::string& genre);

}  // namespace genre::batch
