#include "studio/views/diff_view.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"
#include "studio/views/compare_card.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>

#include <algorithm>

namespace ariadne::studio {
namespace {

/// A tick for identical, a forked sign for diverged: told apart by shape first.
class VerdictSign final : public QWidget {
public:
    VerdictSign() { setFixedSize(22, 22); }
    bool equal = true;

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Theme& theme = Theme::of(palette());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(equal ? theme.live : theme.warning, 2.2, Qt::SolidLine, Qt::RoundCap,
                            Qt::RoundJoin));
        if (equal)
            painter.drawPolyline(QPolygonF{{4, 12}, {9, 17}, {18, 5}});
        else
            painter.drawPolyline(QPolygonF{{3, 4}, {11, 11}, {11, 19}}),
                painter.drawPolyline(QPolygonF{{19, 4}, {11, 11}});
    }
};

QLabel* plainLabel(bool dim = false) {
    auto* label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    if (dim) label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

}  // namespace

DiffView::DiffView(QWidget* parent) : QWidget(parent) {
    pages_ = new QStackedWidget;
    pages_->addWidget(makeInvitation());
    pages_->addWidget(makeProgress());
    pages_->addWidget(makeResult());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(pages_);
}

QWidget* DiffView::makeInvitation() {
    auto* page = new QWidget;
    QLabel* text = plainLabel(true);
    text->setText(tr("Compare this run with another recording and see where they first differ."));
    text->setAlignment(Qt::AlignCenter);
    auto* button = new QPushButton(iconOf(Glyph::kDiff), tr("Compare with…"));
    auto* column = new QVBoxLayout(page);
    column->addStretch(1);
    column->addWidget(text);
    column->addWidget(button, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(button, &QPushButton::clicked, this, &DiffView::compareRequested);
    return page;
}

QWidget* DiffView::makeProgress() {
    auto* page = new QWidget;
    progressText_ = plainLabel();
    progressText_->setAlignment(Qt::AlignCenter);
    progress_ = new QProgressBar;
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    progress_->setFixedWidth(320);
    auto* cancel = new QPushButton(tr("Cancel"));
    auto* column = new QVBoxLayout(page);
    column->addStretch(1);
    column->addWidget(progressText_);
    column->addWidget(progress_, 0, Qt::AlignHCenter);
    column->addWidget(cancel, 0, Qt::AlignHCenter);
    column->addStretch(1);
    connect(cancel, &QPushButton::clicked, this, &DiffView::cancelRequested);
    return page;
}

QWidget* DiffView::makeResult() {
    auto* body = new QWidget;
    sign_ = new VerdictSign;
    verdict_ = plainLabel();
    QFont bold = uiFont();
    bold.setBold(true);
    bold.setPixelSize(14);
    verdict_->setFont(bold);
    explanation_ = plainLabel();
    card_ = new CompareCard;
    counts_ = plainLabel(true);
    showA_ = makeJump(tr("Show in A"), pathA_, position_);
    showB_ = makeJump(tr("Show in B"), pathB_, position_);
    auto* again = new QPushButton(iconOf(Glyph::kDiff), tr("Compare with…"));
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(sign_);
    head->addWidget(verdict_, 1);
    for (QPushButton* button : {showA_, showB_, again}) head->addWidget(button);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(explanation_);
    // First what the reader came for; of two seeds the first divergence says little.
    column->addWidget(makeMattered());
    firstHeading_ = plainLabel(true);
    column->addWidget(firstHeading_);
    column->addWidget(card_);
    column->addWidget(counts_);
    column->addStretch(1);
    connect(again, &QPushButton::clicked, this, &DiffView::compareRequested);
    auto* area = new QScrollArea;
    area->setWidget(body);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    return area;
}

QWidget* DiffView::makeMattered() {
    matteredPart_ = new QWidget;
    matteredText_ = plainLabel();
    matteredCard_ = new CompareCard;
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(matteredText_, 1);
    head->addWidget(makeJump(tr("Show in A"), pathA_, matteredInA_));
    head->addWidget(makeJump(tr("Show in B"), pathB_, matteredInB_));
    auto* column = new QVBoxLayout(matteredPart_);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addLayout(head);
    column->addWidget(matteredCard_);
    return matteredPart_;
}

/// `path` and `position` are members: what they are when the button is pressed counts.
QPushButton* DiffView::makeJump(const QString& text, const QString& path, const quint64& position) {
    auto* button = new QPushButton(text);
    connect(button, &QPushButton::clicked, this,
            [this, &path, &position] { Q_EMIT momentRequested(path, position); });
    return button;
}

void DiffView::showMattered(const recorder::DiffResult& result, const QString& left,
                            const QString& right) {
    if (!result.message || result.message->position == result.first->position) return;
    matteredInA_ = result.message->position.value;
    matteredInB_ = result.messageInB.value;
    matteredText_->setText(tr("What mattered, event %1 in A and %2 in B: %3")
                               .arg(groupedText(matteredInA_), groupedText(matteredInB_),
                                    textOf(result.message->what)));
    matteredCard_->setDivergence(*result.message, left, right);
    matteredPart_->show();
    firstHeading_->setText(
        tr("The first divergence, event %1").arg(groupedText(result.first->position.value)));
    firstHeading_->show();
}

QString DiffView::verdict() const {
    return verdict_->text();
}
QString DiffView::explanation() const {
    return explanation_->text();
}

QString DiffView::counts() const {
    return counts_->isHidden() ? QString() : counts_->text();
}

void DiffView::setOpenTrace(const QString& path) {
    openPath_ = path;
    // Opening a trace has cancelled what was being computed.
    if (shown_ && shown_->counts == DiffReport::Counts::kToCome) {
        auto report = std::make_shared<DiffReport>(*shown_);
        report->counts = DiffReport::Counts::kNone;
        report->error = tr("another trace was opened; compare again").toStdString();
        shown_ = std::move(report);
        showCounts();
    }
    const bool computing = pages_->currentIndex() == 1;
    if (computing || (path != pathA_ && path != pathB_)) pages_->setCurrentIndex(0);
}

void DiffView::showProgress(const QString& what, double fraction) {
    progressText_->setText(what);
    progress_->setRange(0, fraction < 0 ? 0 : 1000);
    progress_->setValue(static_cast<int>(std::max(0.0, fraction) * 1000));
    pages_->setCurrentIndex(1);
}

void DiffView::setVerdict(bool equal, const QString& title, const QString& text) {
    static_cast<VerdictSign*>(sign_)->equal = equal;
    sign_->update();
    verdict_->setText(title);
    explanation_->setText(text);
    explanation_->setVisible(!text.isEmpty());
    card_->clear();
    counts_->hide();
    matteredPart_->hide();
    firstHeading_->hide();
    showA_->hide();
    showB_->hide();
    pages_->setCurrentIndex(2);
}

void DiffView::showDivergence(const recorder::Divergence& divergence, const QString& left,
                              const QString& right) {
    position_ = divergence.position.value;
    card_->setDivergence(divergence, left, right);
    showA_->show();
}

QString DiffView::countsText(const DiffReport& report) const {
    const recorder::DiffResult& result = *report.result;
    QStringList lines;
    if (report.counts == DiffReport::Counts::kToCome)
        lines << tr("Counting what differs from there on; Esc ends that");
    if (report.counts == DiffReport::Counts::kNone)
        lines << tr("What differs from there on was not counted: %1").arg(textOf(report.error));
    if (!result.kinds.empty()) {
        QStringList kinds;
        for (const auto& kind : result.kinds)
            kinds << tr("%1 %2 | %3")
                         .arg(labelOf(kind.kind), groupedText(kind.a), groupedText(kind.b));
        lines << tr("From there on (A | B):  ") + kinds.join(QStringLiteral(",  "));
    }
    if (result.cellsWithOtherMessages > 0)
        lines << tr("Actors that took other messages, or in another order: %1")
                     .arg(groupedText(result.cellsWithOtherMessages));
    if (result.cellsOnlyInA + result.cellsOnlyInB + result.cellsWithOtherState > 0)
        lines << tr("Actors: %1 only in A, %2 only in B, %3 with another last state")
                     .arg(groupedText(result.cellsOnlyInA), groupedText(result.cellsOnlyInB),
                          groupedText(result.cellsWithOtherState));
    QStringList examples;
    for (const std::string& path : result.examples) examples << textOf(path);
    if (!examples.isEmpty()) lines << tr("Among them: ") + examples.join(QStringLiteral(", "));
    for (const std::string& difference : result.headerDifferences)
        lines << tr("Runs were started differently: %1").arg(textOf(difference));
    return lines.join(QLatin1Char('\n'));
}

void DiffView::setDiff(const std::shared_ptr<const DiffReport>& report) {
    shown_ = nullptr;
    if (!report->result) {
        setVerdict(false, tr("The traces could not be compared"), textOf(report->error));
        return;
    }
    const recorder::DiffResult& result = *report->result;
    pathA_ = textOf(report->pathA);
    pathB_ = textOf(report->pathB);
    const QString a = QFileInfo(pathA_).fileName(), b = QFileInfo(pathB_).fileName();
    const QString events = tr("A  %1, %2 events      B  %3, %4 events")
                               .arg(a, groupedText(result.eventsA), b, groupedText(result.eventsB));
    if (!result.first) {
        setVerdict(true, tr("Identical: all %1 events").arg(groupedText(result.eventsA)), events);
    } else {
        setVerdict(
            false,
            tr("First divergence at event %1").arg(groupedText(result.first->position.value)),
            textOf(result.first->what) + QLatin1Char('\n') + events);
        showDivergence(*result.first, QStringLiteral("A  ") + a, QStringLiteral("B  ") + b);
        showMattered(result, QStringLiteral("A  ") + a, QStringLiteral("B  ") + b);
        showB_->show();
    }
    shown_ = report;
    showCounts();
}

void DiffView::showCounts() {
    counts_->setText(countsText(*shown_));
    counts_->setVisible(!counts_->text().isEmpty());
}

void DiffView::setReplay(const std::shared_ptr<const ReplayReport>& report) {
    shown_ = nullptr;
    if (!report->error.empty() || !report->result) {
        setVerdict(false, tr("The program could not be run again"), textOf(report->error));
        return;
    }
    pathA_ = openPath_;
    pathB_.clear();
    const recorder::ReplayResult& result = *report->result;
    const QString range =
        tr("Ran again from event %1 to %2: %3 events and %4 digests compared in %5 ms")
            .arg(groupedText(result.from.value), groupedText(result.to.value),
                 groupedText(result.eventsCompared), groupedText(result.digestsCompared))
            .arg(report->tookMs, 0, 'f', 0);
    if (!result.divergence) {
        setVerdict(true, tr("Identical: the program did the same again"), range);
        return;
    }
    setVerdict(false,
               tr("Diverged at event %1").arg(groupedText(result.divergence->position.value)),
               textOf(result.divergence->what) + QLatin1Char('\n') + range);
    showDivergence(*result.divergence, tr("Recorded"), tr("Executed"));
}

}  // namespace ariadne::studio
