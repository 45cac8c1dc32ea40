#include "studio/models/notebook_rows.h"

#include "studio/models/text.h"

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

}  // namespace ariadne::studio
