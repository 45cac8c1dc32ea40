#include "studio/models/bookmark_rows.h"

#include "studio/models/text.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// For a POSIX shell.
QString quoted(const QString& word) {
    QString inside = word;
    return QLatin1Char('\'') + inside.replace(QLatin1Char('\''), QStringLiteral("'\\''")) +
           QLatin1Char('\'');
}

}  // namespace

void BookmarkRows::setBookmarks(std::shared_ptr<const Bookmarks> bookmarks) {
    beginResetModel();
    bookmarks_ = std::move(bookmarks);
    endResetModel();
}

std::optional<Bookmark> BookmarkRows::of(Position position) const {
    for (int row = 0; row < rowCount(); ++row)
        if (at(row).position == position) return at(row);
    return std::nullopt;
}

std::optional<Position> BookmarkRows::nextOf(Position position, bool forward) const {
    if (rowCount() == 0) return std::nullopt;
    const std::vector<Bookmark>& all = bookmarks_->all;
    if (forward) {
        const auto next = std::find_if(all.begin(), all.end(), [&](const Bookmark& bookmark) {
            return bookmark.position > position;
        });
        return next != all.end() ? next->position : all.front().position;
    }
    const auto before = std::find_if(all.rbegin(), all.rend(), [&](const Bookmark& bookmark) {
        return bookmark.position < position;
    });
    return before != all.rend() ? before->position : all.back().position;
}

int BookmarkRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !bookmarks_ ? 0 : static_cast<int>(bookmarks_->all.size());
}

int BookmarkRows::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumnCount;
}

QVariant BookmarkRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !bookmarks_) return {};
    const Bookmark& bookmark = at(index.row());
    if (role == Qt::TextAlignmentRole && index.column() == kEvent)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::EditRole) return {};
    switch (index.column()) {
        case kEvent: return groupedText(bookmark.position.value);
        case kName: return textOf(bookmark.name);
        case kNote: return textOf(bookmark.note);
        default: return {};
    }
}

bool BookmarkRows::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!index.isValid() || role != Qt::EditRole || index.column() == kEvent) return false;
    Bookmark changed = at(index.row());
    std::string& text = index.column() == kName ? changed.name : changed.note;
    const std::string typed = value.toString().toStdString();
    if (text == typed) return false;
    text = typed;
    Q_EMIT changeWanted(changed);
    return true;
}

QVariant BookmarkRows::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return section == kEvent ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                 : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    return section == kEvent ? tr("Event") : section == kName ? tr("Name") : tr("Note");
}

Qt::ItemFlags BookmarkRows::flags(const QModelIndex& index) const {
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && index.column() != kEvent ? flags | Qt::ItemIsEditable : flags;
}

QString momentLink(const QString& file, Position position) {
    return QStringLiteral("%1@%2").arg(file, QString::number(position.value));
}

QString momentCall(const QString& file, Position position) {
    return QStringLiteral("ariadne studio %1").arg(quoted(momentLink(file, position)));
}

QString momentLine(const QString& file, Position position) {
    const QString call = momentCall(file, position);
    const QString fence = fenceFor(call, 1);
    return QStringLiteral("event %1: %2%3%2").arg(groupedText(position.value), fence, call);
}

QString fenceFor(const QString& code, int least) {
    qsizetype longest = least - 1, run = 0;
    for (const QChar c : code) {
        run = c == QLatin1Char('`') ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return QString(longest + 1, QLatin1Char('`'));
}

QString plainMarkdown(const QString& text) {
    static const QString kMarks = QStringLiteral("\\`*_{}[]()#+-.!|<>~=&");
    QString out;
    bool begins = true;  // a line, where blanks would make it code
    for (const QChar c : text) {
        const bool blank = c == QLatin1Char(' ') || c == QLatin1Char('\t');
        if (begins && blank) {
            out += QStringLiteral("&nbsp;");
            continue;
        }
        begins = c == QLatin1Char('\n');
        if (kMarks.contains(c)) out += QLatin1Char('\\');
        out += c;
    }
    return out;
}

QString markdownOf(const Bookmarks& bookmarks, const QString& file) {
    QString out = QStringLiteral("# %1\n").arg(plainMarkdown(QFileInfo(file).fileName()));
    for (const Bookmark& bookmark : bookmarks.all) {
        const QString name = textOf(bookmark.name).simplified();
        const QString event = QStringLiteral("event %1").arg(groupedText(bookmark.position.value));
        out += QStringLiteral("\n## %1\n\n").arg(name.isEmpty() ? event : plainMarkdown(name));
        out += momentLine(file, bookmark.position) + QLatin1Char('\n');
        const QString note = textOf(bookmark.note).trimmed();
        if (!note.isEmpty()) out += QLatin1Char('\n') + plainMarkdown(note) + QLatin1Char('\n');
    }
    return out;
}

}  // namespace ariadne::studio
