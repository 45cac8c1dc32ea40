#include "studio/views/run_dialog.h"

#include "studio/models/grants_text.h"
#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>

#include <utility>

namespace ariadne::studio {

QString freshRecordingPath(const QString& folder, const QString& program, std::uint64_t seed) {
    const QDir dir(folder);
    const QString stem = QStringLiteral("%1-%2").arg(program).arg(seed);
    QString name = stem + QStringLiteral(".clew");
    for (int copy = 2; dir.exists(name); ++copy)
        name = QStringLiteral("%1-%2.clew").arg(stem).arg(copy);
    return dir.filePath(name);
}

RunDialog::RunDialog(std::vector<const Program*> programs, const QString& folder, QWidget* parent)
    : QDialog(parent), programs_(std::move(programs)), folder_(folder) {
    setWindowTitle(tr("Run a program"));
    program_ = new QComboBox;
    for (const Program* program : programs_)
        program_->addItem(textOf(program->id) + QStringLiteral("  ") + textOf(program->version));
    seed_ = new QLineEdit(QStringLiteral("1"));
    seed_->setFont(valueFont());
    seed_->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9]{1,19}")), seed_));
    policy_ = new QComboBox;
    policy_->addItem(tr("Rounds: every ready actor, in lock-step"),
                     static_cast<int>(kernel::Policy::kRounds));
    policy_->addItem(tr("Random: one message at a time, as the seed has it"),
                     static_cast<int>(kernel::Policy::kRandom));
    policy_->addItem(tr("PCT: one message at a time, by priorities that change a few times"),
                     static_cast<int>(kernel::Policy::kPct));
    level_ = new QComboBox;
    level_->addItem(tr("All: events and changes of state"),
                    static_cast<int>(tracefmt::Level::kFull));
    level_->addItem(tr("Events: states are made by running again"),
                    static_cast<int>(tracefmt::Level::kEvents));
    level_->addItem(tr("Inputs: smallest, everything else is made by running again"),
                    static_cast<int>(tracefmt::Level::kInputs));
    faults_ = new QLineEdit;
    faults_->setFont(valueFont());
    faults_->setPlaceholderText(tr("none, or crash=100,drop=50,delay=10:200ms"));
    faults_->setToolTip(
        tr("Of a million turns, messages or effects: crash, drop, delay, duplicate, "
           "effect; or one of them, such as drop@shop/worker#2:17"));
    grants_ = new QLineEdit;
    grants_->setFont(valueFont());
    grants_->setPlaceholderText(tr("none, or file.read=/srv/data; clock.read="));
    grants_->setToolTip(
        tr("What the program may do outside, and how far, one behind the other with a semicolon:\n"
           "clock.read=, file.read=/srv/data, file.write=/srv/out,\n"
           "http.request=http://127.0.0.1:8080/, command.run=/usr/bin/sort.\n"
           "It is really done, in each run of it."));
    auto* group = new QGroupBox(tr("Arguments"));
    arguments_ = new QFormLayout(group);
    arguments_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    file_ = new QLineEdit;
    auto* browseButton = new QPushButton(tr("Browse…"));
    auto* fileLine = new QHBoxLayout;
    fileLine->addWidget(file_, 1);
    fileLine->addWidget(browseButton);
    paused_ = new QCheckBox(tr("Start paused"));
    problem_ = new QLabel;
    problem_->setTextFormat(Qt::PlainText);
    problem_->setWordWrap(true);
    problem_->setMinimumHeight(34);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Program"), program_);
    form->addRow(tr("Seed"), seed_);
    form->addRow(tr("Policy"), policy_);
    form->addRow(tr("Faults"), faults_);
    form->addRow(tr("Effects"), grants_);
    form->addRow(tr("Record to"), fileLine);
    form->addRow(tr("Recorded"), level_);
    form->addRow(QString(), paused_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    start_ = buttons->addButton(tr("Run"), QDialogButtonBox::AcceptRole);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addLayout(form);
    column->addWidget(group);
    column->addWidget(problem_);
    column->addStretch(1);
    column->addWidget(buttons);
    resize(600, 560);
    connect(program_, &QComboBox::currentIndexChanged, this, &RunDialog::showProgram);
    connect(seed_, &QLineEdit::textChanged, this, &RunDialog::check);
    connect(faults_, &QLineEdit::textChanged, this, &RunDialog::check);
    connect(grants_, &QLineEdit::textChanged, this, &RunDialog::check);
    connect(file_, &QLineEdit::textEdited, this, [this] { fileIsSuggested_ = false, check(); });
    connect(browseButton, &QPushButton::clicked, this, &RunDialog::browse);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showProgram();
}

const Program* RunDialog::program() const {
    const int index = program_->currentIndex();
    return index < 0 ? nullptr : programs_[static_cast<std::size_t>(index)];
}

void RunDialog::chooseProgram(const QString& id) {
    for (std::size_t i = 0; i < programs_.size(); ++i)
        if (textOf(programs_[i]->id) == id) program_->setCurrentIndex(static_cast<int>(i));
}

void RunDialog::fill(const recorder::RunRequest& request) {
    filled_ = request;
    chooseProgram(textOf(request.program));
    for (const auto& [name, text] : request.args)
        if (QLineEdit* field = argumentField(textOf(name))) field->setText(textOf(text));
    seed_->setText(QString::number(request.seed));
    policy_->setCurrentIndex(policy_->findData(static_cast<int>(request.policy)));
    level_->setCurrentIndex(level_->findData(static_cast<int>(request.level)));
    faults_->setText(textOf(kernel::textOf(request.faults)));
    grants_->setText(textOf(request.grants));
    check();
}

void RunDialog::showProgram() {
    while (arguments_->rowCount() > 0) arguments_->removeRow(0);
    if (const Program* chosen = program()) {
        for (const ArgumentDesc& argument : chosen->arguments) {
            auto* field = new QLineEdit(textOf(argument.defaultText));
            field->setObjectName(textOf(argument.name));
            field->setFont(valueFont());
            field->setPlaceholderText(textOf(argument.typeName));
            field->setToolTip(tr("%1, default %2")
                                  .arg(textOf(argument.typeName), textOf(argument.defaultText))
                                  .toHtmlEscaped());
            auto* name = new QLabel(
                QStringLiteral("%1   %2").arg(textOf(argument.name), textOf(argument.typeName)));
            name->setTextFormat(Qt::PlainText);
            arguments_->addRow(name, field);
            connect(field, &QLineEdit::textChanged, this, &RunDialog::check);
        }
    }
    arguments_->parentWidget()->setVisible(arguments_->rowCount() > 0);
    check();
}

QLineEdit* RunDialog::argumentField(const QString& name) const {
    return arguments_->parentWidget()->findChild<QLineEdit*>(name);
}

QString RunDialog::suggestedFile() const {
    return program() == nullptr
               ? QString()
               : freshRecordingPath(folder_, textOf(program()->id), seed_->text().toULongLong());
}

recorder::RunRequest RunDialog::request() const {
    const Program* const chosen = program();
    // What the form has no field for stays, but is that program's alone.
    recorder::RunRequest out =
        chosen != nullptr && chosen->id == filled_.program ? filled_ : recorder::RunRequest{};
    out.args.clear();
    out.faults = {};
    out.grants.clear();
    if (chosen != nullptr) {
        out.program = chosen->id;
        for (const ArgumentDesc& argument : chosen->arguments)
            out.args.emplace_back(argument.name,
                                  argumentField(textOf(argument.name))->text().toStdString());
    }
    out.seed = seed_->text().toULongLong();
    out.policy = static_cast<kernel::Policy>(policy_->currentData().toInt());
    out.file = file_->text().toStdString();
    out.level = static_cast<tracefmt::Level>(level_->currentData().toInt());
    if (auto faults = kernel::parseFaults(faults_->text().trimmed().toStdString()); faults.ok())
        out.faults = *std::move(faults);
    if (auto grants = grantsIn(grants_->text()); grants.ok()) out.grants = *std::move(grants);
    return out;
}

bool RunDialog::startsPaused() const {
    return paused_->isChecked();
}

QString RunDialog::problem() const {
    const Program* chosen = program();
    if (chosen == nullptr) return tr("No program is loaded; start with --programs FOLDER");
    if (seed_->text().isEmpty()) return tr("A seed is needed: any whole number");
    if (file_->text().isEmpty()) return tr("A file to record to is needed");
    const auto faults = kernel::parseFaults(faults_->text().trimmed().toStdString());
    if (!faults.ok()) return textOf(std::string(faults.status().message()));
    const auto grants = grantsIn(grants_->text());
    if (!grants.ok()) return textOf(std::string(grants.status().message()));
    const auto normalised = chosen->normalise(request().args);
    return normalised.ok() ? QString() : textOf(std::string(normalised.status().message()));
}

void RunDialog::check() {
    if (fileIsSuggested_) file_->setText(suggestedFile());
    const QString why = problem();
    problem_->setText(why);
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, Theme::of(palette()).warning);
    problem_->setPalette(colours);
    start_->setEnabled(why.isEmpty());
}

void RunDialog::browse() {
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Record to"), file_->text(), tr("Traces (*.clew)"));
    if (path.isEmpty()) return;
    fileIsSuggested_ = false;
    file_->setText(path);
    check();
}

}  // namespace ariadne::studio
