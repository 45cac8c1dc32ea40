#include "studio/models/mailbox_model.h"

#include "studio/models/text.h"

namespace ariadne::studio {

void MailboxModel::setMoment(std::shared_ptr<const Moment> moment) {
    const auto rowsOf = [](const Moment* of) {
        return of != nullptr && of->actor ? of->actor->mailbox.size() : 0;
    };
    if (rowsOf(moment_.get()) == 0 && rowsOf(moment.get()) == 0) {
        moment_ = std::move(moment);
        return;
    }
    beginResetModel();
    moment_ = std::move(moment);
    endResetModel();
}

Position MailboxModel::enqueuedAt(int row) const {
    return row < 0 || row >= rowCount()
               ? Position{}
               : moment_->actor->mailbox[static_cast<std::size_t>(row)].enqueuedAt;
}

int MailboxModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid() || !moment_ || !moment_->actor) return 0;
    return static_cast<int>(moment_->actor->mailbox.size());
}

int MailboxModel::columnCount(const QModelIndex&) const {
    return kColumnCount;
}

QString MailboxModel::display(const MailboxLine& line, int row, int column) const {
    switch (column) {
        case kNumber:
            return line.stashed   ? tr("stash")
                   : line.control ? tr("%1 !").arg(row + 1)
                                  : QString::number(row + 1);
        case kMessage: return textOf(line.text);
        case kFrom: return textOf(line.sender);
        case kAge: return durationText(line.age);
        default: return {};
    }
}

QVariant MailboxModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) return {};
    const MailboxLine& line = moment_->actor->mailbox[static_cast<std::size_t>(index.row())];
    const bool number = index.column() == kNumber || index.column() == kAge;
    switch (role) {
        case Qt::DisplayRole: return display(line, index.row(), index.column());
        case Qt::TextAlignmentRole:
            return number ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
        case Qt::ToolTipRole:
            if (line.control) return tr("On the control lane: goes before user messages");
            return tr("Put there by event %1, %2 events ago")
                .arg(groupedText(line.enqueuedAt.value), groupedText(line.ageEvents));
        default: return {};
    }
}

QVariant MailboxModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    const bool number = section == kNumber || section == kAge;
    if (role == Qt::TextAlignmentRole && number) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
        case kNumber: return tr("#");
        case kMessage: return tr("Message");
        case kFrom: return tr("From");
        default: return tr("Age");
    }
}

}  // namespace ariadne::studio
