// A host of runs that gives a file a second to be sealed, for a test that waits for its end.
#include "recorder/host/serve.h"

#include <chrono>

int main() {
    return ariadne::host::serve(3, std::chrono::seconds{1}).ok() ? 0 : 1;
}
