// How the test kit says that a test has failed, whatever framework runs the test.
#pragma once

#include <stdexcept>

namespace ariadne::testkit {

/// An expectation that does not hold, or a call that makes no sense now. what() says what was
/// found, what was expected, what to do, and, where it helps, everything that waits. Every test
/// framework reports an exception that leaves a test as its failure.
class StageFailure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace ariadne::testkit
