// Asks a handler as a program would, and reads its answer.
#pragma once

#include "engine/effect/builtin.h"
#include "engine/value/encoding.h"
#include "recorder/effects/handler.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <string>

namespace ariadne::tests {

inline Bytes bytesOf(std::string_view text) {
    return {asBytes(text).begin(), asBytes(text).end()};
}
inline std::string textOf(const Bytes& bytes) {
    return std::string{asText(bytes)};
}

template <class Ask>
effect::Request requestOf(const Ask& ask, const std::string& scope, std::uint64_t ordinal = 1) {
    return {.name = std::string{effect::EffectOf<Ask>::kName},
            .payload = value::encoded(ask),
            .scope = scope,
            .cellKey = 7,
            .ordinal = ordinal,
            .timeout = Duration::zero()};
}

template <class Ask>
absl::StatusOr<typename effect::EffectOf<Ask>::Answer> answerTo(effects::Handler& handler,
                                                                const Ask& ask,
                                                                const std::string& scope,
                                                                const std::stop_token& stop = {}) {
    const auto bytes = handler.perform(requestOf(ask, scope), stop);
    if (!bytes.ok()) return bytes.status();
    auto answer = value::decoded<typename effect::EffectOf<Ask>::Answer>(*bytes);
    if (!answer) return absl::DataLossError("the answer does not decode");
    return *std::move(answer);
}

/// "CODE: message" of a refusal, "OK" otherwise.
template <class T>
std::string refusalOf(const absl::StatusOr<T>& answer) {
    return answer.status().ToString();
}

}  // namespace ariadne::tests

/// Fails the test unless `text` holds `part`, and shows both.
#define ARIADNE_VERIFY_HOLDS(text, part)                                          \
    do {                                                                          \
        const std::string whole_ = (text);                                        \
        const std::string part_ = (part);                                         \
        QVERIFY2(whole_.find(part_) != std::string::npos,                         \
                 ("\"" + whole_ + "\" does not hold \"" + part_ + "\"").c_str()); \
    } while (false)
