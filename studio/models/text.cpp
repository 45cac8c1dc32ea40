#include "studio/models/text.h"

#include <QLocale>

#include <array>

namespace ariadne::studio {

QString textOf(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString groupedText(std::uint64_t number) {
    QString digits = QString::number(number);
    for (qsizetype at = digits.size() - 3; at > 0; at -= 3) digits.insert(at, QLatin1Char(','));
    return digits;
}

QString timeText(VirtualTime time) {
    const std::int64_t ns = time.value;
    const std::int64_t seconds = ns / 1'000'000'000;
    const auto two = [](std::int64_t n) {
        return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0'));
    };
    const auto three = [](std::int64_t n) {
        return QStringLiteral("%1").arg(n, 3, 10, QLatin1Char('0'));
    };
    QString out;
    if (seconds >= 3600) out = QString::number(seconds / 3600) + QLatin1Char(':');
    out += two(seconds / 60 % 60) + QLatin1Char(':') + two(seconds % 60) + QLatin1Char('.') +
           three(ns / 1'000'000 % 1000);
    if (ns % 1'000'000 != 0) out += QLatin1Char(' ') + three(ns / 1000 % 1000);
    if (ns % 1000 != 0) out += QLatin1Char(' ') + three(ns % 1000);
    return out;
}

namespace {
QString threeDigits(double value) {
    return QString::number(value, 'f', value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

struct Unit {
    double size;
    const char* name;
};

template <std::size_t N>
QString scaledText(double value, const std::array<Unit, N>& units) {
    for (const Unit& unit : units) {
        if (value < unit.size) continue;
        QString number = threeDigits(value / unit.size);
        if (number.contains(QLatin1Char('.'))) {
            while (number.endsWith(QLatin1Char('0'))) number.chop(1);
            if (number.endsWith(QLatin1Char('.'))) number.chop(1);
        }
        return number + QLatin1Char(' ') + QLatin1String(unit.name);
    }
    return QStringLiteral("0 ") + QLatin1String(units.back().name);
}
}  // namespace

QString durationText(Duration duration) {
    static constexpr std::array<Unit, 4> kUnits{Unit{3.6e12, "h"}, Unit{6e10, "min"},
                                                Unit{1e9, "s"}, Unit{1e6, "ms"}};
    if (duration.count() <= 0) return QStringLiteral("0");
    const double ns = static_cast<double>(duration.count());
    if (ns < 1e3) return QString::number(duration.count()) + QStringLiteral(" ns");
    if (ns < 1e6) return threeDigits(ns / 1e3) + QStringLiteral(" µs");
    return scaledText(ns, kUnits);
}

QString bytesText(std::uint64_t bytes) {
    static constexpr std::array<Unit, 4> kUnits{Unit{1e9, "GB"}, Unit{1e6, "MB"}, Unit{1e3, "kB"},
                                                Unit{1, "B"}};
    return scaledText(static_cast<double>(bytes), kUnits);
}

PathParts partsOf(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return {{}, textOf(path)};
    return {textOf(path.substr(0, slash + 1)), textOf(path.substr(slash + 1))};
}

std::uint64_t positionIn(const QString& text) {
    QString digits;
    for (const QChar c : text) {
        if (c.isDigit())
            digits += c;
        else if (!c.isSpace() && c != QLatin1Char(',') && c != QLatin1Char('@'))
            return 0;
    }
    return digits.toULongLong();
}

}  // namespace ariadne::studio
