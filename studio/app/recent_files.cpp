#include "studio/app/recent_files.h"

#include <QFileInfo>
#include <QSettings>

namespace ariadne::studio {
namespace {
const QString& key() {
    static const QString kName = QStringLiteral("recentFiles");
    return kName;
}
}  // namespace

QStringList RecentFiles::paths() const {
    QStringList out;
    for (const QString& path : settings_.value(key()).toStringList())
        if (QFileInfo::exists(path)) out << path;
    return out;
}

void RecentFiles::add(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList all = settings_.value(key()).toStringList();
    all.removeAll(absolute);
    all.prepend(absolute);
    settings_.setValue(key(), all.mid(0, kMax));
}

void RecentFiles::clear() {
    settings_.remove(key());
}

}  // namespace ariadne::studio
