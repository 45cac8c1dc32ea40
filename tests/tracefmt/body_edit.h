// Bodies of chunks in which somebody who repairs checksums has changed some fields.
#pragma once

#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/capnp_message.h"

#include <string>
#include <tracefmt/trace.capnp.h>

namespace ariadne::tracefmt {

/// `body`, a message whose root is a Struct, with what `edit` made of its builder.
template <class Struct, class Edit>
Bytes edited(ByteView body, Edit edit) {
    return valueOf(buildMessage(2 * body.size() + 4096, [&](capnp::MessageBuilder& out) {
        check(readMessage(body, [&](capnp::MessageReader& in) {
            out.setRoot(in.getRoot<Struct>());
            return absl::OkStatus();
        }));
        edit(out.getRoot<Struct>());
    }));
}

/// A body of which only what `edit` sets is there.
template <class Struct, class Edit>
Bytes made(Edit edit) {
    return valueOf(
        buildMessage(4096, [&](capnp::MessageBuilder& out) { edit(out.initRoot<Struct>()); }));
}

/// One byte longer than a text in a file may be.
inline const std::string& longText() {
    static const std::string text(kStringBytesMax + 1, 'x');
    return text;
}

inline bool says(const absl::Status& status, const std::string& text) {
    return status.ToString().find(text) != std::string::npos;
}

/// For QVERIFY2: that it is this error, and that its text names this.
#define ARIADNE_VERIFY_SAYS(expression, expectedCode, text)                             \
    do {                                                                                \
        const absl::Status ariadneStatus_ = (expression);                               \
        QVERIFY2(ariadneStatus_.code() == (expectedCode) && says(ariadneStatus_, text), \
                 ariadneStatus_.ToString().c_str());                                    \
    } while (false)

}  // namespace ariadne::tracefmt
