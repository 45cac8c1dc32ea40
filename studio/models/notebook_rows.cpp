#include "studio/models/notebook_rows.h"

#include "studio/models/bookmark_rows.h"
#include "studio/models/text.h"

#include <QFileInfo>
#include <QUrl>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
void NotebookRows::setNotebook(std::shared_ptr<const Notebook> notebook) {
    beginResetModel();
    notebook_ = std::move(notebook);
    endResetModel();
}

int NotebookRows::rowOf(std::int64_t id) const {
    for (int row = 0; row < rowCount(); ++row)
        if (at(row).id == id) return row;
    return -1;
}

int NotebookRows::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !notebook_ ? 0 : static_cast<int>(notebook_->all.size());
}

QVariant NotebookRows::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !notebook_) return {};
    const Finding& finding = at(index.row());
    const QString event = finding.position.value == 0
                              ? QString()
                              : tr("event %1").arg(groupedText(finding.position.value));
    switch (role) {
        case Qt::DisplayRole:
            return QStringLiteral("%1.  %2").arg(index.row() + 1).arg(titleOf(finding));
        case Qt::AccessibleDescriptionRole:
        case kDetailRole: return event;
        case kPictureRole: return finding.picture != nullptr;
        default: return {};
    }
}

QString titleOf(const Finding& finding) {
    const QString title = textOf(finding.title).simplified();
    if (!title.isEmpty()) return title;
    return finding.position.value == 0
               ? NotebookRows::tr("No title")
               : NotebookRows::tr("Event %1").arg(groupedText(finding.position.value));
}

NotebookPage pageOf(const Notebook& notebook, const QString& trace, const QString& file) {
    NotebookPage out;
    out.file = file.toStdString();
    const QString base = QFileInfo(file).completeBaseName();
    QString text = QStringLiteral("# %1\n").arg(plainMarkdown(QFileInfo(trace).fileName()));
    for (std::size_t i = 0; i < notebook.all.size(); ++i) {
        const Finding& finding = notebook.all[i];
        text += QStringLiteral("\n## %1. %2\n").arg(i + 1).arg(plainMarkdown(titleOf(finding)));
        if (finding.position.value != 0)
            text += QStringLiteral("\n%1\n").arg(momentLine(trace, finding.position));
        const QString note = textOf(finding.note).trimmed();
        if (!note.isEmpty()) text += QLatin1Char('\n') + plainMarkdown(note) + QLatin1Char('\n');
        const QString query = textOf(finding.query).trimmed();
        if (!query.isEmpty()) {
            const QString fence = fenceFor(query, 3);
            text += QStringLiteral("\n%1sql\n%2\n%1\n").arg(fence, query);
        }
        if (!finding.picture) continue;
        const QString picture = QStringLiteral("%1-%2.png").arg(base, QString::number(i + 1));
        out.pictures.push_back({picture.toStdString(), finding.picture});
        text += QStringLiteral("\n![%1](%2)\n")
                    .arg(plainMarkdown(titleOf(finding)),
                         QString::fromLatin1(QUrl::toPercentEncoding(picture)));
    }
    out.text = text.toStdString();
    return out;
}

}  // namespace ariadne::studio
