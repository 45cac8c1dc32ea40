// Text from files and numbers of runs, as people read them.
#pragma once

#include "engine/base/ids.h"

#include <QString>

#include <cstdint>
#include <string_view>

namespace ariadne::studio {

/// UTF-8 from the session as a QString; invalid bytes become U+FFFD.
QString textOf(std::string_view utf8);

/// "901,220"
QString groupedText(std::uint64_t number);

/// "00:04.218", with " 341" or " 341 007" behind it when it is not a whole millisecond;
/// "1:02:03.004" from an hour on.
QString timeText(VirtualTime time);

/// "20 ms", "1.5 s", "341 ns": three digits at most, for ages.
QString durationText(Duration duration);

/// "212 MB", "4.1 kB", "17 B"
QString bytesText(std::uint64_t bytes);

/// "bank/" and "teller#3" of "bank/teller#3"; the first is empty at the top.
struct PathParts {
    QString parent;
    QString name;
};
PathParts partsOf(std::string_view path);

/// The position in a text such as "182,431", "@182431" or " 182 431 "; 0 when there is none.
std::uint64_t positionIn(const QString& text);

}  // namespace ariadne::studio
