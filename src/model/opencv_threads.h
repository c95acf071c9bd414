// How many threads OpenCV uses in this process: for programs. A library leaves that to its host.
#pragma once

namespace genre::model {

// OpenCV uses only the calling thread from now on. Then threads that run models never wait for one
// another.
void use_one_opencv_thread();

}  // namespace genre::model
