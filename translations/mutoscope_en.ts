<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>mutoscope::ui</name>
    <message numerus="yes">
        <source>Next in %n s</source>
        <translation>
            <numerusform>Next in %n s</numerusform>
            <numerusform>Next in %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n seeder(s)</source>
        <translation>
            <numerusform>%n seeder</numerusform>
            <numerusform>%n seeders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::FilmCard</name>
    <message numerus="yes">
        <source>%n seeder(s)</source>
        <translation>
            <numerusform>%n seeder</numerusform>
            <numerusform>%n seeders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::LibraryPage</name>
    <message numerus="yes">
        <source>%n film(s) · %1</source>
        <translation>
            <numerusform>%n film · %1</numerusform>
            <numerusform>%n films · %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SettingsPage</name>
    <message numerus="yes">
        <source>After %n minute(s)</source>
        <translation>
            <numerusform>After %n minute</numerusform>
            <numerusform>After %n minutes</numerusform>
        </translation>
    </message>
</context>
</TS>
