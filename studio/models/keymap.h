// Which keys do what: as defined, as a preset has it, as a person changed it.
#pragma once

#include "studio/models/key_presets.h"

#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QString>
#include <QStringList>

class QSettings;

namespace ariadne::studio {

/// By which presets and settings know an action: its words in lower case, "one-event-back" of
/// "One event &back…".
QString actionIdOf(const QString& text);
/// "One event back" of "One event &back…".
QString plainActionText(QString text);

/// The keys of all actions of the window. What a person changed holds in every preset, and a key
/// that somebody gave to one action is none of another one's. Threading: GUI thread.
class Keymap {
public:
    using Keys = QList<QKeySequence>;

    /// `id` is new; `defaults` are those of Visual Studio.
    void define(const QString& id, const QString& text, const Keys& defaults);
    const QStringList& actions() const { return order_; }
    QString textOf(const QString& id) const;
    /// What it is called at present, where people look for it, when its menu says `textNow`: the
    /// same as textOf(), unless the menu says something else than when it was defined.
    QString nameOf(const QString& id, const QString& textNow) const;

    KeyPreset preset() const { return preset_; }
    void setPreset(KeyPreset preset) { preset_ = preset; }

    Keys keysOf(const QString& id) const;
    /// The action that has `key`, or begins or ends with it; empty: none.
    QString holderOf(const QKeySequence& key) const;
    /// Why nobody can have `key`: it moves in lists and texts; empty: one can.
    static QString whyNot(const QKeySequence& key);

    /// Its keys are not those of the preset: it was given others, or others were given its.
    bool isChanged(const QString& id) const { return keysOf(id) != presetKeysOf(id); }
    bool hasChanges() const { return !changed_.isEmpty(); }
    /// In the place of what it had. A key that another action has is taken from that.
    void assign(const QString& id, const Keys& keys);
    /// One key more; taken from another action that has it.
    void add(const QString& id, const QKeySequence& key);
    /// As the preset has it. A key that was given to another action is taken back.
    void reset(const QString& id);
    void resetAll() { changed_.clear(); }

    /// Under "keys/". What is of no action here is kept for a version that has it.
    void load(QSettings& settings);
    void save(QSettings& settings) const;

private:
    struct Entry {
        QString text;
        Keys defaults;
    };
    Keys presetKeysOf(const QString& id) const;
    /// From those that were given it; one of a preset gives way by itself.
    void takeFromOthers(const QString& id, const Keys& keys);

    QStringList order_;
    QHash<QString, Entry> entries_;
    QHash<QString, Keys> changed_;
    KeyPreset preset_ = KeyPreset::kVisualStudio;
};

/// "F10   Right", for people.
QString keysText(const Keymap::Keys& keys);

}  // namespace ariadne::studio
