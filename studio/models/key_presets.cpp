#include "studio/models/key_presets.h"

#include <algorithm>
#include <iterator>

namespace ariadne::studio {
namespace {

struct Row {
    KeyPreset preset;
    const char* action;  ///< its id (keymap.h)
    const char* keys;    ///< the whole of them, by "; "
};

/// What differs from the keys that actions are defined with. In one preset no key stands twice,
/// also not with the actions that stay as they are.
constexpr Row kTable[] = {
    // gdb: n s c of its command line and single-key mode; with Shift the same backwards, as its
    // commands that begin with "reverse-". Panning and zooming give way.
    {KeyPreset::kGdb, "one-event-forward", "Right; S; F10; F11"},
    {KeyPreset::kGdb, "one-event-back", "Left; Shift+S; Ctrl+F10; Ctrl+F11"},
    {KeyPreset::kGdb, "next-event-of-the-actor", "N; .; Shift+F11"},
    {KeyPreset::kGdb, "previous-event-of-the-actor", "Shift+N; ,; Ctrl+Shift+F11"},
    {KeyPreset::kGdb, "next-stop", "C; F8"},
    {KeyPreset::kGdb, "previous-stop", "Shift+C; Shift+F8; Ctrl+F5"},
    {KeyPreset::kGdb, "stop-at-events-like-this-one", "B; F9"},
    {KeyPreset::kGdb, "stop-where-the-value-is-written", "Shift+W; Shift+F9"},
    {KeyPreset::kGdb, "to-the-cause", "U; ["},
    {KeyPreset::kGdb, "to-an-effect", "D; ]"},
    {KeyPreset::kGdb, "why-is-this-so", "W; Y"},
    {KeyPreset::kGdb, "run-a-program", "R; Ctrl+R"},
    {KeyPreset::kGdb, "ask-in-sql", "P; Ctrl+Shift+Q"},
    {KeyPreset::kGdb, "collapse-the-group", "Z"},
    {KeyPreset::kGdb, "collapse-all-groups", "Shift+Z"},
    {KeyPreset::kGdb, "pin-the-lane", "L"},
    {KeyPreset::kGdb, "lane-above", "Ctrl+Shift+Up"},
    {KeyPreset::kGdb, "lane-below", "Ctrl+Shift+Down"},
    {KeyPreset::kGdb, "zoom-in", "+; Ctrl++; Ctrl+="},
    {KeyPreset::kGdb, "zoom-out", "-; Ctrl+-"},
    {KeyPreset::kGdb, "zoom-in-far", "Ctrl+Up"},
    {KeyPreset::kGdb, "zoom-out-far", "Ctrl+Down"},
    {KeyPreset::kGdb, "pan-left", "Ctrl+Left"},
    {KeyPreset::kGdb, "pan-right", "Ctrl+Right"},
    {KeyPreset::kGdb, "pan-left-far", "Ctrl+Shift+Left"},
    {KeyPreset::kGdb, "pan-right-far", "Ctrl+Shift+Right"},
    // Perfetto: / searches everything, Q is the details of what is selected.
    {KeyPreset::kPerfetto, "search-everything", "/; Ctrl+K"},
    {KeyPreset::kPerfetto, "filter-events", "Ctrl+F"},
    {KeyPreset::kPerfetto, "inspector", "Q"},
};

}  // namespace

QString nameOf(KeyPreset preset) {
    switch (preset) {
        case KeyPreset::kVisualStudio: return QStringLiteral("Visual Studio");
        case KeyPreset::kGdb: return QStringLiteral("gdb");
        case KeyPreset::kPerfetto: return QStringLiteral("Perfetto");
    }
    return {};
}

std::optional<QList<QKeySequence>> presetKeys(KeyPreset preset, const QString& action) {
    const auto* const row = std::find_if(std::begin(kTable), std::end(kTable), [&](const Row& at) {
        return at.preset == preset && action == QLatin1String(at.action);
    });
    if (row == std::end(kTable)) return std::nullopt;
    return QKeySequence::listFromString(QString::fromLatin1(row->keys));
}

QStringList actionsOf(KeyPreset preset) {
    QStringList out;
    for (const Row& row : kTable)
        if (row.preset == preset) out << QString::fromLatin1(row.action);
    return out;
}

}  // namespace ariadne::studio
