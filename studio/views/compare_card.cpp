#include "studio/views/compare_card.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"

#include <QPainter>

#include <algorithm>

namespace ariadne::studio {
namespace {
constexpr int kRow = 24;
constexpr int kName = 120;
}  // namespace

CompareCard::CompareCard(QWidget* parent) : QWidget(parent) {
    setFont(uiFont());
}

void CompareCard::clear() {
    rows_.clear();
    setFixedHeight(0);
}

int CompareCard::differingCount() const {
    return static_cast<int>(
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.differs(); }));
}

void CompareCard::setDivergence(const recorder::Divergence& divergence, const QString& left,
                                const QString& right) {
    rows_.clear();
    rows_.push_back({{}, left, right, true});
    addRows(divergence.recorded, divergence.executed);
    const auto addFields = [this](const QString& heading, const auto& fields) {
        if (!fields.empty()) rows_.push_back({heading, {}, {}, true});
        for (const auto& field : fields)
            rows_.push_back({textOf(field.field), textOf(field.a), textOf(field.b)});
    };
    // A message of one field says no more field by field than in its line.
    if (divergence.messageFields.size() > 1)
        addFields(tr("In the message"), divergence.messageFields);
    addFields(tr("In the state"), divergence.fields);
    setFixedHeight(static_cast<int>(rows_.size()) * kRow + 1);
    setAccessibleDescription(textOf(divergence.what));
    update();
}

void CompareCard::addRows(const recorder::DivergentEvent& a, const recorder::DivergentEvent& b) {
    if (!a.exists || !b.exists) {
        const auto side = [](const recorder::DivergentEvent& e) {
            return e.exists ? labelOf(e.kind) : tr("the run has ended");
        };
        rows_.push_back({tr("Event"), side(a), side(b)});
        if (!a.exists && !b.exists) return;
    }
    const auto add = [this, &a, &b](const QString& name, const QString& left,
                                    const QString& right) {
        if (!left.isEmpty() || !right.isEmpty())
            rows_.push_back({name, a.exists ? left : QStringLiteral("–"),
                             b.exists ? right : QStringLiteral("–")});
    };
    if (a.exists && b.exists) add(tr("Kind"), labelOf(a.kind), labelOf(b.kind));
    add(tr("Actor"), textOf(a.cell), textOf(b.cell));
    add(tr("Peer"), textOf(a.peer), textOf(b.peer));
    add(tr("Message"), textOf(a.message), textOf(b.message));
    add(tr("Change"), textOf(a.change), textOf(b.change));
    add(tr("Virtual time"), timeText(a.time), timeText(b.time));
    add(tr("Round"), groupedText(a.round.value), groupedText(b.round.value));
}

void CompareCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Theme& theme = Theme::of(palette());
    const int half = (width() - kName) / 2;
    painter.fillRect(rect(), theme.base);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const Row& row = rows_[i];
        const int y = static_cast<int>(i) * kRow;
        if (row.isHeader) painter.fillRect(0, y, width(), kRow, theme.window);
        if (row.differs()) {
            painter.fillRect(0, y, width(), kRow, mixed(theme.base, theme.warning, 0.14));
            painter.fillRect(0, y, 3, kRow, theme.warning);
            paintMark(painter, QRectF(kName - 20, y + kRow / 2.0 - 4, 8, 8),
                      {MarkShape::kDiamond, Tone::kWarning}, theme.warning);
        }
        QFont values = row.isHeader ? uiFont() : valueFont();
        values.setBold(row.isHeader || row.differs());
        painter.setFont(uiFont());
        painter.setPen(theme.dim);
        painter.drawText(QRect(12, y, kName - 34, kRow), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(row.name, Qt::ElideMiddle, kName - 34));
        painter.setFont(values);
        painter.setPen(row.isHeader || row.differs() ? theme.text : theme.dim);
        const auto side = [&](int x, const QString& text) {
            painter.drawText(QRect(x + 8, y, half - 16, kRow),
                             Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                             painter.fontMetrics().elidedText(text, Qt::ElideRight, half - 16));
        };
        side(kName, row.left);
        side(kName + half, row.right);
        painter.fillRect(0, y + kRow, width(), 1, theme.line);
    }
    painter.fillRect(kName, 0, 1, height(), theme.line);
    painter.fillRect(kName + half, 0, 1, height(), theme.line);
}

}  // namespace ariadne::studio
