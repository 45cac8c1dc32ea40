#include "studio/models/keymap.h"

#include "engine/base/check.h"

#include <QCoreApplication>
#include <QSettings>

#include <algorithm>
#include <array>

namespace ariadne::studio {
namespace {

QString presetKey() {
    return QStringLiteral("keys/preset");
}

QString changedKey(const QString& id) {
    return QStringLiteral("keys/changed/") + id;
}

/// Of two keys that begin alike only one can ever be pressed.
bool clash(const QKeySequence& one, const QKeySequence& other) {
    if (one.isEmpty() || other.isEmpty()) return false;
    return one.matches(other) != QKeySequence::NoMatch ||
           other.matches(one) != QKeySequence::NoMatch;
}

bool clashes(const QKeySequence& key, const Keymap::Keys& keys) {
    return std::any_of(keys.begin(), keys.end(),
                       [&](const QKeySequence& other) { return clash(key, other); });
}

/// Of none an empty text, which Qt reads as one key that nobody can press.
Keymap::Keys listOf(const QString& text) {
    return text.isEmpty() ? Keymap::Keys{} : QKeySequence::listFromString(text);
}

void takeOut(Keymap::Keys& keys, const Keymap::Keys& taken) {
    keys.removeIf([&](const QKeySequence& key) { return clashes(key, taken); });
}

}  // namespace

QString actionIdOf(const QString& text) {
    QString out;
    for (const QChar c : text) {
        if (c.isLetterOrNumber())
            out += c.toLower();
        else if (c.isSpace() && !out.isEmpty() && !out.endsWith(QLatin1Char('-')))
            out += QLatin1Char('-');
    }
    return out;
}

QString plainActionText(QString text) {
    return text.remove(QLatin1Char('&')).remove(QStringLiteral("…"));
}

void Keymap::define(const QString& id, const QString& text, const Keys& defaults) {
    ARIADNE_CHECK(!entries_.contains(id));
    order_ << id;
    entries_.insert(id, {text, defaults});
}

QString Keymap::textOf(const QString& id) const {
    return entries_.value(id).text;
}

QString Keymap::nameOf(const QString& id, const QString& textNow) const {
    return actionIdOf(textNow) == id ? textOf(id) : plainActionText(textNow);
}

Keymap::Keys Keymap::presetKeysOf(const QString& id) const {
    return presetKeys(preset_, id).value_or(entries_.value(id).defaults);
}

Keymap::Keys Keymap::keysOf(const QString& id) const {
    if (const auto changed = changed_.constFind(id); changed != changed_.cend()) return *changed;
    Keys keys = presetKeysOf(id);
    for (const Keys& given : changed_) takeOut(keys, given);
    return keys;
}

QString Keymap::holderOf(const QKeySequence& key) const {
    const auto holder = std::find_if(order_.begin(), order_.end(),
                                     [&](const QString& id) { return clashes(key, keysOf(id)); });
    return holder == order_.end() ? QString() : *holder;
}

QString Keymap::whyNot(const QKeySequence& key) {
    static constexpr std::array kMoving{Qt::Key_Up,       Qt::Key_Down,      Qt::Key_PageUp,
                                        Qt::Key_PageDown, Qt::Key_Tab,       Qt::Key_Backtab,
                                        Qt::Key_Return,   Qt::Key_Enter,     Qt::Key_Space,
                                        Qt::Key_Delete,   Qt::Key_Backspace, Qt::Key_Escape};
    if (key.isEmpty()) return QCoreApplication::translate("Keymap", "Press a key first");
    const QKeyCombination first = key[0];
    const bool plain = !(first.keyboardModifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier));
    if (!plain || std::find(kMoving.begin(), kMoving.end(), first.key()) == kMoving.end())
        return {};
    return QCoreApplication::translate("Keymap",
                                       "%1 moves and edits in every list and line; choose another "
                                       "key, or add Ctrl or Alt")
        .arg(key.toString(QKeySequence::NativeText));
}

void Keymap::takeFromOthers(const QString& id, const Keys& keys) {
    for (auto given = changed_.begin(); given != changed_.end(); ++given)
        if (given.key() != id) takeOut(*given, keys);
}

void Keymap::assign(const QString& id, const Keys& keys) {
    takeFromOthers(id, keys);
    changed_[id] = keys;
}

void Keymap::add(const QString& id, const QKeySequence& key) {
    Keys keys = keysOf(id);
    takeOut(keys, {key});
    keys << key;
    assign(id, keys);
}

void Keymap::reset(const QString& id) {
    changed_.remove(id);
    takeFromOthers(id, presetKeysOf(id));
}

void Keymap::load(QSettings& settings) {
    const int preset = settings.value(presetKey(), 0).toInt();
    preset_ = KeyPreset::kVisualStudio;
    for (const KeyPreset known : kKeyPresets)
        if (preset == static_cast<int>(known)) preset_ = known;
    changed_.clear();
    for (const QString& id : order_)
        if (const QVariant kept = settings.value(changedKey(id)); kept.isValid())
            changed_[id] = listOf(kept.toString());
}

void Keymap::save(QSettings& settings) const {
    settings.setValue(presetKey(), static_cast<int>(preset_));
    for (const QString& id : order_)
        if (const auto changed = changed_.constFind(id); changed != changed_.cend())
            settings.setValue(changedKey(id), QKeySequence::listToString(*changed));
        else
            settings.remove(changedKey(id));
}

QString keysText(const Keymap::Keys& keys) {
    QStringList out;
    for (const QKeySequence& key : keys) out << key.toString(QKeySequence::NativeText);
    return out.join(QStringLiteral("   "));
}

}  // namespace ariadne::studio
