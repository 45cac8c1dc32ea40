// The traces opened last, kept in the settings.
#pragma once

#include <QStringList>

class QSettings;

namespace ariadne::studio {

class RecentFiles {
public:
    static constexpr int kMax = 12;

    explicit RecentFiles(QSettings& settings) : settings_(settings) {}

    /// Newest first; those that exist.
    QStringList paths() const;
    void add(const QString& path);
    void clear();

private:
    QSettings& settings_;
};

}  // namespace ariadne::studio
