#include "studio/views/welcome_page.h"

#include "studio/models/theme.h"
#include "studio/views/elided_label.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

namespace ariadne::studio {
namespace {

constexpr QSize kThumbnail{168, 40};

QLabel* label(const QString& text, int pixels, bool bold, bool dim) {
    auto* out = new QLabel(text);
    out->setTextFormat(Qt::PlainText);
    out->setWordWrap(true);
    QFont font = uiFont();
    font.setPixelSize(pixels);
    font.setBold(bold);
    out->setFont(font);
    if (dim) out->setForegroundRole(QPalette::PlaceholderText);
    return out;
}

void clear(QVBoxLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

/// A framed row of the page.
class Card final : public QWidget {
public:
    Card() { setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Theme& theme = Theme::of(palette());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(theme.line);
        painter.setBrush(theme.isDark ? theme.window : theme.base);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
};

}  // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    programs_ = new QVBoxLayout;
    programs_->setSpacing(8);
    recent_ = new QVBoxLayout;
    recent_->setSpacing(4);
    auto* open = new QPushButton(iconOf(Glyph::kOpen), tr("Open a trace…"));
    open->setDefault(true);
    tour_ = new QPushButton(tr("Take the tour"));
    tour_->setToolTip(tr("Six steps, about three minutes, from a failure to a finding"));
    auto* left = new QVBoxLayout;
    left->setSpacing(10);
    left->addWidget(label(tr("Record a program"), 15, true, false));
    left->addWidget(label(tr("It runs here, is written to a file, and then stands open at its end "
                             "or at its first failure."),
                          13, false, true));
    left->addLayout(programs_);
    left->addStretch(1);
    auto* right = new QVBoxLayout;
    right->setSpacing(10);
    right->addWidget(label(tr("Recent traces"), 15, true, false));
    right->addLayout(recent_);
    right->addSpacing(6);
    right->addWidget(open, 0, Qt::AlignLeft);
    right->addWidget(label(tr("or drop a .clew file anywhere in this window"), 13, false, true));
    right->addStretch(1);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(56);
    columns->addLayout(left, 6);
    columns->addLayout(right, 5);
    auto* body = new QWidget;
    body->setMaximumWidth(1080);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(40, 48, 40, 32);
    column->setSpacing(6);
    column->addWidget(label(tr("Ariadne"), 30, true, false));
    column->addWidget(label(tr("Find the thread back: record a run of actors, walk it in both "
                               "directions, run it again."),
                            14, false, true));
    column->addSpacing(10);
    column->addWidget(tour_, 0, Qt::AlignLeft);
    column->addSpacing(16);
    column->addLayout(columns, 1);
    auto* centred = new QWidget;
    auto* line = new QHBoxLayout(centred);
    line->setContentsMargins(0, 0, 0, 0);
    line->addStretch(1);
    line->addWidget(body, 20);
    line->addStretch(1);
    auto* area = new QScrollArea;
    area->setWidget(centred);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    for (QWidget* widget : std::initializer_list<QWidget*>{area->viewport(), centred})
        widget->setAutoFillBackground(false);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(area);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openRequested);
    connect(tour_, &QPushButton::clicked, this, &WelcomePage::tourRequested);
    setRecentFiles({});
}

void WelcomePage::addProgram(const ProgramCard& program) {
    auto* card = new Card;
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(label(program.id, 13, true, false));
    words->addWidget(label(program.summary, 12, false, true));
    auto* record = new QPushButton(iconOf(Glyph::kRun), tr("Record it now"));
    auto* choose = new QToolButton;
    choose->setText(tr("Choose…"));
    choose->setToolTip(tr("Seed and arguments"));
    choose->setAutoRaise(true);
    auto* line = new QHBoxLayout(card);
    line->setContentsMargins(14, 9, 10, 9);
    line->addLayout(words, 1);
    line->addWidget(choose);
    line->addWidget(record);
    connect(record, &QPushButton::clicked, this,
            [this, id = program.id] { Q_EMIT recordRequested(id); });
    connect(choose, &QToolButton::clicked, this,
            [this, id = program.id] { Q_EMIT runDialogRequested(id); });
    programs_->addWidget(card);
}

void WelcomePage::setPrograms(const QList<ProgramCard>& programs) {
    clear(programs_);
    for (const ProgramCard& program : programs) addProgram(program);
    if (programs.isEmpty())
        programs_->addWidget(
            label(tr("No program was found. Start with --programs FOLDER to load yours."), 13,
                  false, true));
}

void WelcomePage::setRecentFiles(const QStringList& paths) {
    clear(recent_);
    thumbnails_.clear();
    for (const QString& path : paths) {
        const QFileInfo file(path);
        auto* name = new ElidedLabel;
        name->setText(file.fileName());
        name->setTarget(0);
        auto* folder = new ElidedLabel(nullptr, Qt::ElideMiddle);
        folder->setText(file.absolutePath());
        folder->setRole(QPalette::PlaceholderText);
        auto* words = new QVBoxLayout;
        words->setSpacing(2);
        words->addWidget(name);
        words->addWidget(folder);
        auto* picture = new QLabel;
        picture->setFixedSize(kThumbnail);
        picture->setScaledContents(true);
        picture->setAccessibleName(tr("Overview of %1").arg(file.fileName()));
        thumbnails_.insert(path, picture);
        auto* row = new QWidget;
        auto* rowLine = new QHBoxLayout(row);
        rowLine->setContentsMargins(0, 2, 0, 4);
        rowLine->setSpacing(12);
        rowLine->addWidget(picture);
        rowLine->addLayout(words, 1);
        recent_->addWidget(row);
        connect(name, &ElidedLabel::activated, this, [this, path] { Q_EMIT fileRequested(path); });
    }
    if (paths.isEmpty()) recent_->addWidget(label(tr("None yet"), 13, false, true));
}

void WelcomePage::setThumbnail(const QString& path, const QImage& image) {
    if (QLabel* picture = thumbnails_.value(path)) picture->setPixmap(QPixmap::fromImage(image));
}

void WelcomePage::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), Theme::of(palette()).isDark ? Theme::of(palette()).base
                                                                : Theme::of(palette()).window);
}

}  // namespace ariadne::studio
