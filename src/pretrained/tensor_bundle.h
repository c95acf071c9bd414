// Reads TensorFlow's checkpoints in the format of version 2, a "tensor bundle": a file of raw
// numbers, and an index that says where each array is in it
// (https://github.com/tensorflow/tensorflow/blob/v2.11.0/tensorflow/core/protobuf/tensor_bundle.proto).
// The index is a table as LevelDB writes it
// (https://github.com/google/leveldb/blob/1.23/doc/table_format.md).
#pragma once

#include <map>
#include <string>

#include "base/bytes.h"
#include "genre/result.h"

namespace genre::pretrained {

// The float32 arrays of a checkpoint by name, little-endian; others are left out. index and data
// are the contents of its two files; the arrays are parts of data. Checksums are not compared: the
// user of the arrays checks their SHA-256. Error: kBadModel.
[[nodiscard]] Result<std::map<std::string, base::Bytes>> read_tensor_bundle(base::Bytes index,
                                                                            base::Bytes data);

}  // namespace genre::pretrained
