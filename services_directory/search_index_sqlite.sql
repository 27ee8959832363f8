-- Statements stand between blank lines. search_index.py compares them with what SQLite holds.

CREATE VIRTUAL TABLE directory_index USING fts5(
    name, keywords, body, codes,
    content='services_directory_entry', content_rowid='service_id',
    tokenize='porter unicode61 remove_diacritics 2'
)

CREATE TRIGGER directory_index_insert AFTER INSERT ON services_directory_entry BEGIN
    INSERT INTO directory_index(rowid, name, keywords, body, codes)
    VALUES (NEW.service_id, NEW.name, NEW.keywords, NEW.body, NEW.codes);
END

CREATE TRIGGER directory_index_update AFTER UPDATE ON services_directory_entry BEGIN
    INSERT INTO directory_index(directory_index, rowid, name, keywords, body, codes)
    VALUES ('delete', OLD.service_id, OLD.name, OLD.keywords, OLD.body, OLD.codes);
    INSERT INTO directory_index(rowid, name, keywords, body, codes)
    VALUES (NEW.service_id, NEW.name, NEW.keywords, NEW.body, NEW.codes);
END

CREATE TRIGGER directory_index_delete AFTER DELETE ON services_directory_entry BEGIN
    INSERT INTO directory_index(directory_index, rowid, name, keywords, body, codes)
    VALUES ('delete', OLD.service_id, OLD.name, OLD.keywords, OLD.body, OLD.codes);
END

-- Two spaces before a word and one after, as pg_trgm has them: short words then have trigrams enough.
CREATE VIRTUAL TABLE directory_words USING fts5(word, content='', tokenize='trigram')

CREATE TRIGGER directory_words_insert AFTER INSERT ON services_directory_searchword BEGIN
    INSERT INTO directory_words(rowid, word) VALUES (NEW.id, '  ' || NEW.word || ' ');
END

CREATE TRIGGER directory_words_update AFTER UPDATE ON services_directory_searchword BEGIN
    INSERT INTO directory_words(directory_words, rowid, word)
    VALUES ('delete', OLD.id, '  ' || OLD.word || ' ');
    INSERT INTO directory_words(rowid, word) VALUES (NEW.id, '  ' || NEW.word || ' ');
END

CREATE TRIGGER directory_words_delete AFTER DELETE ON services_directory_searchword BEGIN
    INSERT INTO directory_words(directory_words, rowid, word)
    VALUES ('delete', OLD.id, '  ' || OLD.word || ' ');
END

-- Pages that somebody wrote, found beside the services.
CREATE VIRTUAL TABLE page_index USING fts5(
    name, lead, body,
    content='services_directory_writtenpage', content_rowid='page_id',
    tokenize='porter unicode61 remove_diacritics 2'
)

CREATE TRIGGER page_index_insert AFTER INSERT ON services_directory_writtenpage BEGIN
    INSERT INTO page_index(rowid, name, lead, body) VALUES (NEW.page_id, NEW.name, NEW.lead, NEW.body);
END

CREATE TRIGGER page_index_update AFTER UPDATE ON services_directory_writtenpage BEGIN
    INSERT INTO page_index(page_index, rowid, name, lead, body)
    VALUES ('delete', OLD.page_id, OLD.name, OLD.lead, OLD.body);
    INSERT INTO page_index(rowid, name, lead, body) VALUES (NEW.page_id, NEW.name, NEW.lead, NEW.body);
END

CREATE TRIGGER page_index_delete AFTER DELETE ON services_directory_writtenpage BEGIN
    INSERT INTO page_index(page_index, rowid, name, lead, body)
    VALUES ('delete', OLD.page_id, OLD.name, OLD.lead, OLD.body);
END
