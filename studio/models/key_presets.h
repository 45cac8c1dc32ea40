// What the keys are for people who come from another tool.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

namespace ariadne::studio {

/// Kept in settings by number.
enum class KeyPreset : std::uint8_t { kVisualStudio = 0, kGdb = 1, kPerfetto = 2 };
inline constexpr KeyPreset kKeyPresets[] = {KeyPreset::kVisualStudio, KeyPreset::kGdb,
                                            KeyPreset::kPerfetto};

QString nameOf(KeyPreset preset);

/// The keys of `action` in `preset`; none: those it was defined with, which are those of Visual
/// Studio.
std::optional<QList<QKeySequence>> presetKeys(KeyPreset preset, const QString& action);
/// The actions whose keys are other ones in `preset`.
QStringList actionsOf(KeyPreset preset);

}  // namespace ariadne::studio
